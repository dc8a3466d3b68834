#include "fairline/stats/calibration_tests.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "fairline/stats/calibration_fits.h"

namespace fairline {
namespace {

using Numbers = std::vector<double>;

struct Sample {
  Numbers pds, outcomes;
};

/// 200 rows that default less often than their PDs say. The expected values below come from the
/// same rows in NumPy 2 and SciPy 1.17:
///   p = [(i*37 % 199 + 1) / 250 for i in range(200)]
///   y = [(i*53 % 101) / 101 < p[i]**1.4 for i in range(200)]
Sample Overstated() {
  Sample sample;
  for (int i = 0; i < 200; ++i) {
    const double pd = (i * 37 % 199 + 1) / 250.0;
    sample.pds.push_back(pd);
    sample.outcomes.push_back((i * 53 % 101) / 101.0 < std::pow(pd, 1.4) ? 1 : 0);
  }
  return sample;
}

TEST(WilsonInterval, AgreesWithSciPy) {
  // scipy.stats.binomtest(events, rows).proportion_ci(0.95, "wilson")
  EXPECT_EQ(WilsonInterval(0, 20).low, 0);
  EXPECT_NEAR(WilsonInterval(0, 20).high, 0.16112515805281935, 1e-14);
  EXPECT_NEAR(WilsonInterval(3, 50).low, 0.020614970348973957, 1e-14);
  EXPECT_NEAR(WilsonInterval(3, 50).high, 0.1621709168883817, 1e-14);
  EXPECT_NEAR(WilsonInterval(50, 50).low, 0.9286524008666412, 1e-14);
  EXPECT_EQ(WilsonInterval(50, 50).high, 1);
  EXPECT_NEAR(WilsonInterval(83, 1000).low, 0.0674550214428993, 1e-14);
  EXPECT_EQ(WilsonInterval(0, 0).high, 1);
}

TEST(HosmerLemeshow, AgreesWithNumPy) {
  const Sample sample = Overstated();
  const TestResult test = HosmerLemeshow(CalibrationTable(sample.pds, sample.outcomes, 10));
  EXPECT_NEAR(test.statistic, 6.994901742642634, 1e-12);
  EXPECT_NEAR(test.p_value, 0.7259261723249995, 1e-12);
}

TEST(HosmerLemeshow, IsInfiniteWhereACertaintyWasWrong) {
  const auto wrong = CalibrationTable(Numbers{0, 0, 0.5, 0.5}, Numbers{0, 1, 0, 1}, 2);
  EXPECT_TRUE(std::isinf(HosmerLemeshow(wrong).statistic));
  EXPECT_EQ(HosmerLemeshow(wrong).p_value, 0);
  const auto right = CalibrationTable(Numbers{0, 0, 0.5, 0.5}, Numbers{0, 0, 0, 1}, 2);
  EXPECT_EQ(HosmerLemeshow(right).statistic, 0);
}

TEST(Spiegelhalter, AgreesWithNumPy) {
  const Sample sample = Overstated();
  const TestResult test = Spiegelhalter(sample.pds, sample.outcomes);
  EXPECT_NEAR(test.statistic, -0.7001975879972905, 1e-12);
  EXPECT_NEAR(test.p_value, 0.4838039177213731, 1e-12);
  EXPECT_TRUE(std::isnan(Spiegelhalter(Numbers{0.5, 0.5}, Numbers{0, 1}).p_value));
}

TEST(PartitionBrier, AgreesWithNumPy) {
  const Sample sample = Overstated();
  const double brier = BrierScore(sample.pds, sample.outcomes);
  EXPECT_NEAR(brier, 0.17777608, 1e-12);
  const BrierParts parts = PartitionBrier(CalibrationTable(sample.pds, sample.outcomes, 10), brier);
  EXPECT_NEAR(parts.reliability, 0.007653524, 1e-12);
  EXPECT_NEAR(parts.resolution, 0.049125, 1e-12);
  EXPECT_NEAR(parts.uncertainty, 0.219375, 1e-12);
}

TEST(FitLogistic, AgreesWithNewtonInNumPy) {
  const Sample sample = Overstated();
  Numbers log_odds;
  for (double pd : sample.pds) log_odds.push_back(std::log(pd / (1 - pd)));
  const LogisticFit fit = FitLogistic(log_odds, sample.outcomes);
  EXPECT_NEAR(fit.slope, 0.9671904554800625, 1e-7);
  EXPECT_NEAR(fit.intercept, -0.4052048376776656, 1e-7);
}

RC_GTEST_PROP(PartitionBrier, MakesTheScoreOfTheForecastsOfTheLines, ()) {
  const auto rows = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 101), rc::gen::arbitrary<bool>())));
  Numbers pds, outcomes;
  for (const auto& [percent, is_default] : rows) {
    pds.push_back(percent / 100.0);
    outcomes.push_back(is_default ? 1 : 0);
  }
  const auto table = CalibrationTable(pds, outcomes, 5);
  const double brier = BrierScore(pds, outcomes);
  const BrierParts parts = PartitionBrier(table, brier);
  // A row of a line is forecast at the line's mean: (mean - 1)^2 for a default, mean^2 otherwise.
  double sum = 0;
  for (const CalibrationBin& line : table) {
    const double defaults = static_cast<double>(line.defaults);
    const double good = static_cast<double>(line.rows) - defaults;
    sum += defaults * (line.mean_pd - 1) * (line.mean_pd - 1) + good * line.mean_pd * line.mean_pd;
  }
  const double of_lines = sum / static_cast<double>(rows.size());
  RC_ASSERT(std::abs(parts.reliability - parts.resolution + parts.uncertainty - of_lines) < 1e-12);
  RC_ASSERT(std::abs(of_lines + parts.within_lines - brier) < 1e-12);
}

RC_GTEST_PROP(WilsonInterval, HoldsTheShareAndNarrowsWithRows, ()) {
  const size_t rows = *rc::gen::inRange<size_t>(1, 500);
  const size_t events = *rc::gen::inRange<size_t>(0, rows + 1);
  const ShareInterval one = WilsonInterval(events, rows);
  const ShareInterval tenfold = WilsonInterval(10 * events, 10 * rows);
  const double share = static_cast<double>(events) / static_cast<double>(rows);
  RC_ASSERT(one.low >= 0 && one.high <= 1);
  RC_ASSERT(one.low <= share && share <= one.high);
  RC_ASSERT(tenfold.high - tenfold.low < one.high - one.low);
}

}  // namespace
}  // namespace fairline
