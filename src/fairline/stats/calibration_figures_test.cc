#include "fairline/stats/calibration_figures.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace fairline {
namespace {

using Numbers = std::vector<double>;

TEST(BrierScore, IsTheMeanSquaredError) {
  EXPECT_DOUBLE_EQ(BrierScore(Numbers{0.5, 0.2}, Numbers{1, 0}), (0.25 + 0.04) / 2);
}

TEST(LogLoss, ChargesTheProbabilityOfWhatHappened) {
  EXPECT_NEAR(LogLoss(Numbers{0.5, 0.2}, Numbers{1, 0}), -(std::log(0.5) + std::log(0.8)) / 2,
              1e-15);
  EXPECT_TRUE(std::isinf(LogLoss(Numbers{0}, Numbers{1})));
}

TEST(CalibrationTable, CutsEqualGroupsByPd) {
  const auto table = CalibrationTable(Numbers{0.4, 0.1, 0.3, 0.2}, Numbers{1, 0, 1, 0}, 2);
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table[0].lowest, 0.1);
  EXPECT_EQ(table[0].highest, 0.2);
  EXPECT_DOUBLE_EQ(table[0].mean_pd, 0.15);
  EXPECT_EQ(table[0].observed_rate, 0);
  EXPECT_EQ(table[1].defaults, 2u);
  EXPECT_DOUBLE_EQ(CalibrationError(table), 0.5 * 0.15 + 0.5 * 0.65);
}

TEST(CalibrationTable, NeverSplitsEqualPds) {
  const auto table = CalibrationTable(Numbers{0.1, 0.1, 0.1, 0.9}, Numbers{0, 1, 0, 1}, 4);
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table[0].rows, 3u);
  EXPECT_EQ(table[1].rows, 1u);
}

RC_GTEST_PROP(CalibrationTable, HoldsEveryRowOnceInAscendingGroups, ()) {
  const auto percents = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 101));
  const size_t bins = *rc::gen::inRange<size_t>(1, 12);
  Numbers pds, outcomes;
  for (int percent : percents) {
    pds.push_back(percent / 100.0);
    outcomes.push_back(percent % 2);
  }
  size_t rows = 0, defaults = 0;
  double previous = -1;
  const auto table = CalibrationTable(pds, outcomes, bins);
  for (const CalibrationBin& line : table) {
    RC_ASSERT(line.lowest > previous);
    RC_ASSERT(line.highest >= line.lowest);
    previous = line.highest;
    rows += line.rows;
    defaults += line.defaults;
  }
  size_t expected = 0;
  for (double outcome : outcomes) expected += outcome == 1;
  RC_ASSERT(table.size() <= bins);
  RC_ASSERT(rows == pds.size());
  RC_ASSERT(defaults == expected);
}

}  // namespace
}  // namespace fairline
