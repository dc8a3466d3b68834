#include "fairline/training/scorecard/bin_feature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace fairline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Rows {
  std::vector<double> values, outcomes;

  void Add(double value, int good, int bad) {
    values.insert(values.end(), static_cast<size_t>(good + bad), value);
    outcomes.insert(outcomes.end(), static_cast<size_t>(good), 0.0);
    outcomes.insert(outcomes.end(), static_cast<size_t>(bad), 1.0);
  }
  FeatureColumn Column(bool categorical = false) const {
    return {.values = values, .categorical = categorical, .outcomes = outcomes};
  }
};

TEST(ShortestBetween, IsADecimalAPersonWouldWrite) {
  EXPECT_EQ(ShortestBetween(24, 25), 25);
  EXPECT_EQ(ShortestBetween(17, 25), 20);
  EXPECT_EQ(ShortestBetween(0.1234, 0.1271), 0.125 + 0.002);  // 0.127: the highest of three digits
  EXPECT_EQ(ShortestBetween(-3, -1), -1);
  EXPECT_EQ(ShortestBetween(-1, 7), 0);
  EXPECT_EQ(ShortestBetween(999, 1234567), 1000000);
  const double next = std::nextafter(0.3, 1.0);
  EXPECT_EQ(ShortestBetween(0.3, next), next);
  EXPECT_EQ(ShortestBetween(-INFINITY, 3), 3);
}

TEST(PreBins, AHeavyValueStandsAlone) {
  Rows rows;
  rows.Add(-1, 2, 0);
  rows.Add(0, 60, 3);
  for (int i = 1; i <= 35; ++i) rows.Add(i, 1, 0);
  const PreBins bins = MakePreBins(rows.Column(), 0.2);
  EXPECT_THAT(bins.below, ElementsAre(0, 1, 21, INFINITY));
  EXPECT_EQ(bins.counts[1].rows(), 63);
}

TEST(PreBins, RareCategoriesAreDrawnTowardsTheMean) {
  Rows rows;
  rows.Add(7, 900, 100);
  rows.Add(3, 700, 300);
  rows.Add(9, 0, 1);  // 100 % of one row
  const PreBins bins = MakePreBins(rows.Column(true), 0.001);
  EXPECT_THAT(bins.categories, ElementsAre(ElementsAre(7), ElementsAre(9), ElementsAre(3)));
}

TEST(BinFeature, MissingValuesHaveTheirOwnBin) {
  Rows rows;
  rows.Add(1, 90, 10);
  rows.Add(2, 60, 40);
  rows.Add(kMissing, 6, 5);
  const Characteristic characteristic = BinFeature(3, rows.Column(), 0.01, {.min_outcomes = 5});
  ASSERT_EQ(characteristic.bins.size(), 3);
  EXPECT_EQ(characteristic.feature, 3);
  EXPECT_EQ(characteristic.bins[0].below, 2);
  const ScorecardBin& missing = characteristic.bins[2];
  EXPECT_EQ(missing.takes, BinTakes::kMissing);
  EXPECT_NEAR(missing.woe, std::log((6.0 / 156) / (5.0 / 55)), 1e-14);
  EXPECT_NEAR(characteristic.bins[0].woe, std::log((90.0 / 156) / (10.0 / 55)), 1e-14);
}

TEST(BinFeature, FewMissingValuesJoinTheNearestInRisk) {
  Rows rows;
  rows.Add(1, 950, 50);
  rows.Add(2, 800, 200);
  rows.Add(3, 600, 400);
  rows.Add(kMissing, 20, 50);
  // 51 would have a bin of their own, 50 do not.
  const Characteristic joined = BinFeature(0, rows.Column(), 0.01, {.min_outcomes = 21});
  ASSERT_EQ(joined.bins.size(), 3);
  EXPECT_EQ(joined.bins[2].takes, BinTakes::kValuesAndMissing);
  EXPECT_EQ(joined.bins[2].bad, 450);
  EXPECT_EQ(&BinOf(joined, kMissing), &joined.bins[2]);
}

TEST(BinFeature, WhereNoneIsMissingTheMeanDecides) {
  Rows rows;
  rows.Add(1, 950, 50);
  rows.Add(2, 800, 200);
  rows.Add(3, 400, 600);
  const Characteristic characteristic = BinFeature(0, rows.Column(), 0.01, {});
  EXPECT_EQ(characteristic.bins[1].takes, BinTakes::kValuesAndMissing);
  EXPECT_EQ(characteristic.bins[1].good, 800);
}

TEST(BinFeature, CategoriesOfLikeRiskShareABin) {
  Rows rows;
  rows.Add(4, 800, 200);
  rows.Add(1, 600, 400);
  rows.Add(2, 802, 198);
  rows.Add(-1, 10, 10);
  const Characteristic characteristic =
      BinFeature(0, rows.Column(true), 0.01, {.max_p_value = 0.05});
  ASSERT_EQ(characteristic.bins.size(), 3);
  EXPECT_THAT(characteristic.bins[0].categories, ElementsAre(2, 4));
  EXPECT_THAT(characteristic.bins[1].categories, ElementsAre(1));
  EXPECT_EQ(characteristic.bins[2].takes, BinTakes::kMissing);
  EXPECT_EQ(&BinOf(characteristic, 77), &characteristic.bins[2]);
}

TEST(BinFeature, AFeatureThatIsAlwaysMissingSaysNothing) {
  Rows rows;
  rows.Add(kMissing, 10, 10);
  const Characteristic characteristic = BinFeature(0, rows.Column(), 0.01, {});
  ASSERT_EQ(characteristic.bins.size(), 1);
  EXPECT_EQ(InformationValue(characteristic), 0);
}

TEST(BinFeature, ClassWeightsDoNotChangeBins) {
  Rows rows;
  for (int i = 0; i < 40; ++i) rows.Add(i, 60 - i, 5 + (i * 7) % 11);
  std::vector<double> weights;
  for (const double outcome : rows.outcomes) weights.push_back(outcome == 1 ? 8 : 0.5);
  FeatureColumn weighted = rows.Column();
  weighted.weights = weights;
  const BinRules rules{.min_rows = 100, .min_outcomes = 5, .max_p_value = 0.2};
  const Characteristic plain = BinFeature(0, rows.Column(), 0.02, rules);
  const Characteristic other = BinFeature(0, weighted, 0.02, rules);
  ASSERT_EQ(plain.bins.size(), other.bins.size());
  for (size_t i = 0; i < plain.bins.size(); ++i) {
    EXPECT_EQ(plain.bins[i].below, other.bins[i].below);
    EXPECT_NEAR(plain.bins[i].woe, other.bins[i].woe, 1e-12);
  }
}

}  // namespace
}  // namespace fairline
