#include "fairline/stats/calibration_fits.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "fairline/core/math.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

using Numbers = std::vector<double>;

struct Sample {
  Numbers raw, outcomes;
};

/// Outcomes drawn from logistic(slope * raw + intercept).
Sample Draw(size_t rows, double slope, double intercept) {
  Random random(7);
  Sample sample;
  for (size_t i = 0; i < rows; ++i) {
    sample.raw.push_back(random.Normal());
    const double pd = Logistic(slope * sample.raw.back() + intercept);
    sample.outcomes.push_back(random.Uniform() < pd ? 1 : 0);
  }
  return sample;
}

TEST(FitPlatt, FindsTheTrueMap) {
  const Sample sample = Draw(200'000, 0.7, -2);
  const LogisticFit fit = FitPlatt(sample.raw, sample.outcomes);
  EXPECT_NEAR(fit.slope, 0.7, 0.03);
  EXPECT_NEAR(fit.intercept, -2, 0.03);
}

TEST(FitPlatt, MeetsTheSmoothedMean) {
  // Two values of a binary score have a closed form: each group's mean target, in log-odds.
  const Numbers raw{0, 0, 0, 0, 1, 1, 1, 1};
  const Numbers outcomes{0, 0, 0, 1, 1, 1, 1, 0};
  const double high = 5.0 / 6, low = 1.0 / 6;  // Platt's targets for 4 of 8
  const LogisticFit fit = FitPlatt(raw, outcomes);
  EXPECT_NEAR(fit.intercept, Logit((high + 3 * low) / 4), 1e-9);
  EXPECT_NEAR(fit.intercept + fit.slope, Logit((3 * high + low) / 4), 1e-9);
}

TEST(FitPlatt, StaysFiniteOnSeparatedAndConstantScores) {
  const LogisticFit separated = FitPlatt(Numbers{-1, -1, 1, 1}, Numbers{0, 0, 1, 1});
  EXPECT_TRUE(std::isfinite(separated.slope));
  EXPECT_GT(separated.slope, 0);
  const LogisticFit constant = FitPlatt(Numbers{3, 3, 3}, Numbers{0, 1, 0});
  EXPECT_TRUE(std::isfinite(constant.slope) && std::isfinite(constant.intercept));
}

TEST(FitShift, MakesTheMeanPdTheDefaultRate) {
  const Sample sample = Draw(2'000, 1, 1.5);
  const LogisticFit fit = FitShift(sample.raw, sample.outcomes);
  double expected = 0, observed = 0;
  for (size_t i = 0; i < sample.raw.size(); ++i) {
    expected += Logistic(sample.raw[i] + fit.intercept);
    observed += sample.outcomes[i];
  }
  EXPECT_EQ(fit.slope, 1);
  EXPECT_NEAR(expected, observed, 1e-6);
}

TEST(FitIsotonic, PoolsViolatorsAndClips) {
  const IsotonicFit fit = FitIsotonic(Numbers{1, 2, 3, 4, 5}, Numbers{0, 1, 0, 1, 1});
  EXPECT_EQ(fit.raw, (Numbers{1, 2, 3, 4, 5}));
  EXPECT_EQ(fit.pd, (Numbers{0.1, 0.5, 0.5, 0.9, 0.9}));
}

TEST(FitIsotonic, PoolsTiesFirst) {
  const IsotonicFit fit = FitIsotonic(Numbers{2, 2, 1, 1}, Numbers{1, 0, 0, 0});
  EXPECT_EQ(fit.raw, (Numbers{1, 2}));
  EXPECT_EQ(fit.pd, (Numbers{0.125, 0.5}));
}

RC_GTEST_PROP(FitIsotonic, NeverFalls, ()) {
  const auto rows = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 30), rc::gen::arbitrary<bool>())));
  Numbers raw, outcomes;
  for (const auto& [score, is_default] : rows) {
    raw.push_back(score);
    outcomes.push_back(is_default ? 1 : 0);
  }
  const IsotonicFit fit = FitIsotonic(raw, outcomes);
  for (size_t i = 1; i < fit.raw.size(); ++i) {
    RC_ASSERT(fit.raw[i] > fit.raw[i - 1]);
    RC_ASSERT(fit.pd[i] >= fit.pd[i - 1]);
  }
  RC_ASSERT(fit.pd.front() > 0 && fit.pd.back() < 1);
}

}  // namespace
}  // namespace fairline
