#include "fairline/training/report_curves.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "fairline/stats/cut_off_figures.h"
#include "fairline/stats/discrimination.h"
#include "fairline/training/report_page/reader.h"

namespace fairline {
namespace {

struct Sample {
  std::vector<double> pds, outcomes;
};

/// Thousands of rows whose outcomes follow the PDs loosely.
Sample ManyRows(size_t rows) {
  Sample sample;
  for (size_t i = 0; i < rows; ++i) {
    const double pd = static_cast<double>(i * 7919 % 10007 + 1) / 20030;
    sample.pds.push_back(pd);
    sample.outcomes.push_back(static_cast<double>(i * 104729 % 1009) / 1009 < pd ? 1 : 0);
  }
  return sample;
}

TEST(ScoreCurve, KeepsAreaAndDistanceInAFewPoints) {
  const Sample sample = ManyRows(8'000);
  const Json curve = ScoreCurve(sample.pds, sample.outcomes);
  const auto defaults = NumbersAt(curve, "refused_defaults");
  const auto good = NumbersAt(curve, "refused_good");
  ASSERT_EQ(defaults.size(), good.size());
  ASSERT_EQ(defaults.size(), NumbersAt(curve, "threshold").size());
  EXPECT_LE(defaults.size(), 201u);
  double area = 0, distance = 0, x = 0, y = 0;
  for (size_t i = 0; i < defaults.size(); ++i) {
    const double next_x = good[i] / good.back(), next_y = defaults[i] / defaults.back();
    area += (next_x - x) * (next_y + y) / 2;
    distance = std::max(distance, std::abs(next_y - next_x));
    x = next_x;
    y = next_y;
  }
  EXPECT_NEAR(area, RocAuc(sample.pds, sample.outcomes), 0.002);
  EXPECT_DOUBLE_EQ(distance, KolmogorovSmirnov(sample.pds, sample.outcomes));
}

TEST(CostCurve, PassesTheCheapestThreshold) {
  const Sample sample = ManyRows(8'000);
  const CostMatrix costs;
  const Json curve = CostCurve(sample.pds, sample.outcomes, costs);
  const auto defaults = NumbersAt(curve, "refused_defaults");
  const auto good = NumbersAt(curve, "refused_good");
  EXPECT_LE(defaults.size(), 150u);
  double cheapest = 1e9;
  for (size_t i = 0; i < defaults.size(); ++i) {
    const double cost =
        costs.false_negative * (defaults.back() - defaults[i]) + costs.false_positive * good[i];
    cheapest = std::min(cheapest, cost / 8'000);
  }
  const double best = CheapestThreshold(10, 1, sample.pds, sample.outcomes).value;
  EXPECT_GE(cheapest, best - 1e-12);
  EXPECT_NEAR(cheapest, best, 0.01);
}

TEST(Deciles, StartWithTheHighestScores) {
  const Sample sample = ManyRows(1'000);
  const Json deciles = Deciles(sample.pds, sample.outcomes);
  ASSERT_EQ(deciles.array().size(), 10u);
  EXPECT_GT(NumberAt(deciles.array()[0], "defaults"), NumberAt(deciles.array()[9], "defaults"));
  EXPECT_GT(NumberAt(deciles.array()[0], "lowest_score"),
            NumberAt(deciles.array()[1], "lowest_score"));
}

RC_GTEST_PROP(DistributionReport, CountsEveryRowOnce, ()) {
  const auto rows = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 101), rc::gen::arbitrary<bool>()));
  std::vector<double> pds, outcomes;
  for (const auto& [percent, is_default] : rows) {
    pds.push_back(percent / 100.0);
    outcomes.push_back(is_default ? 1 : 0);
  }
  const Json report = DistributionReport(pds, outcomes);
  const auto edges = NumbersAt(report, "edges");
  double counted[2] = {0, 0};
  for (const double count : NumbersAt(report, "good")) counted[0] += count;
  for (const double count : NumbersAt(report, "defaults")) counted[1] += count;
  RC_ASSERT(std::is_sorted(edges.begin(), edges.end()));
  RC_ASSERT(NumbersAt(report, "good").size() == edges.size() + 1);
  RC_ASSERT(counted[1] == static_cast<double>(std::ranges::count(outcomes, 1.0)));
  RC_ASSERT(counted[0] + counted[1] == static_cast<double>(rows.size()));
  // Neither an empty nor a constant sample stops the curves.
  RC_ASSERT(ScoreCurve(pds, outcomes).is_object());
  RC_ASSERT(CostCurve(pds, outcomes, {}).is_object());
}

}  // namespace
}  // namespace fairline
