#include "fairline/stats/operating_curve.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "fairline/stats/discrimination.h"

namespace fairline {
namespace {

using Numbers = std::vector<double>;
using Indexes = std::vector<size_t>;

TEST(OperatingCurve, RefusesFromTheHighestScoreDown) {
  const auto curve = OperatingCurve(Numbers{0.2, 0.9, 0.2, 0.5}, Numbers{1, 1, 0, 0});
  ASSERT_EQ(curve.size(), 3u);
  EXPECT_EQ(curve[0].threshold, 0.9);
  EXPECT_EQ(curve[0].refused_defaults, 1u);
  EXPECT_EQ(curve[1].refused_good, 1u);
  EXPECT_EQ(curve[2].threshold, 0.2);
  EXPECT_EQ(curve[2].refused_defaults, 2u);
  EXPECT_EQ(curve[2].refused_good, 2u);
  EXPECT_TRUE(OperatingCurve(Numbers{}, Numbers{}).empty());
}

TEST(KeepCorners, LeavesOutWhatLiesOnALine) {
  const std::vector<CurvePoint> bend{{0, 0}, {1, 1}, {2, 2}, {3, 2}, {4, 2}};
  EXPECT_EQ(KeepCorners(bend, 10), (Indexes{0, 2, 4}));
  EXPECT_EQ(KeepCorners(bend, 2), (Indexes{0, 4}));
  EXPECT_EQ(KeepCorners(std::vector<CurvePoint>{{1, 1}}, 5), (Indexes{0}));
  EXPECT_TRUE(KeepCorners({}, 5).empty());
  const std::vector<CurvePoint> flat{{0, 3}, {1, 3}, {2, 3}};
  EXPECT_EQ(KeepCorners(flat, 3), (Indexes{0, 2}));
}

struct Sample {
  Numbers scores, outcomes;
  double defaults = 0, good = 0;
};

Sample AnySample() {
  const auto rows = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 60), rc::gen::arbitrary<bool>()));
  Sample sample;
  for (const auto& [score, is_default] : rows) {
    sample.scores.push_back(score);
    sample.outcomes.push_back(is_default ? 1 : 0);
    ++(is_default ? sample.defaults : sample.good);
  }
  return sample;
}

std::vector<CurvePoint> RocOf(const Sample& sample) {
  std::vector<CurvePoint> roc{{0, 0}};
  for (const OperatingPoint& point : OperatingCurve(sample.scores, sample.outcomes)) {
    roc.push_back({static_cast<double>(point.refused_good) / sample.good,
                   static_cast<double>(point.refused_defaults) / sample.defaults});
  }
  return roc;
}

RC_GTEST_PROP(OperatingCurve, HasTheAreasThatTheScalarsName, ()) {
  const Sample sample = AnySample();
  RC_PRE(sample.defaults > 0 && sample.good > 0);
  double area = 0, gap = 0;
  const auto roc = RocOf(sample);
  for (size_t i = 1; i < roc.size(); ++i) {
    area += (roc[i].x - roc[i - 1].x) * (roc[i].y + roc[i - 1].y) / 2;
    gap = std::max(gap, std::abs(roc[i].y - roc[i].x));
  }
  double precision_area = 0, recall = 0;
  for (const OperatingPoint& point : OperatingCurve(sample.scores, sample.outcomes)) {
    const double defaults = static_cast<double>(point.refused_defaults);
    const double precision = defaults / (defaults + static_cast<double>(point.refused_good));
    precision_area += (defaults / sample.defaults - recall) * precision;
    recall = defaults / sample.defaults;
  }
  RC_ASSERT(std::abs(area - RocAuc(sample.scores, sample.outcomes)) < 1e-12);
  RC_ASSERT(std::abs(gap - KolmogorovSmirnov(sample.scores, sample.outcomes)) < 1e-12);
  RC_ASSERT(std::abs(precision_area - AveragePrecision(sample.scores, sample.outcomes)) < 1e-12);
}

RC_GTEST_PROP(KeepCorners, StaysCloseToTheCurve, ()) {
  const Sample sample = AnySample();
  RC_PRE(sample.defaults > 0 && sample.good > 0);
  const auto roc = RocOf(sample);
  const Indexes kept = KeepCorners(roc, 12);
  RC_ASSERT(kept.size() <= 12u);
  RC_ASSERT(kept.front() == 0u && kept.back() == roc.size() - 1);
  RC_ASSERT(std::ranges::is_sorted(kept));
  const Indexes all = KeepCorners(roc, roc.size());
  double whole = 0, thinned = 0;
  for (size_t i = 1; i < roc.size(); ++i) {
    whole += (roc[i].x - roc[i - 1].x) * (roc[i].y + roc[i - 1].y) / 2;
  }
  for (size_t i = 1; i < all.size(); ++i) {
    const CurvePoint &from = roc[all[i - 1]], &to = roc[all[i]];
    thinned += (to.x - from.x) * (to.y + from.y) / 2;
  }
  RC_ASSERT(std::abs(whole - thinned) < 1e-9);
}

}  // namespace
}  // namespace fairline
