#include "fairline/training/calibrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fairline/core/math.h"
#include "fairline/core/random.h"
#include "fairline/data/split.h"
#include "fairline/stats/calibration_figures.h"
#include "fairline/stats/calibration_fits.h"

namespace fairline {
namespace {

struct Sample {
  std::vector<double> log_odds, outcomes;
  std::vector<int> folds;

  CalibrationTask Task(ShiftSource shift) const { return {log_odds, outcomes, folds, 5, shift}; }
};

/// Scores whose true log-odds are slope * score + intercept.
Sample Draw(size_t rows, double slope, double intercept) {
  Random random(3);
  Sample sample;
  for (size_t i = 0; i < rows; ++i) {
    sample.log_odds.push_back(random.Normal());
    const double pd = Logistic(slope * sample.log_odds.back() + intercept);
    sample.outcomes.push_back(random.Uniform() < pd ? 1 : 0);
  }
  sample.folds = StratifiedFolds(sample.outcomes, 5, 1);
  return sample;
}

TEST(Calibrate, UndoesClassWeights) {
  const Sample sample = Draw(4'000, 1, -2);
  const auto result =
      Calibrate(sample.Task(ShiftSource::kClassWeights), CalibrationMethod::kOddsShift);
  ASSERT_TRUE(result);
  double defaults = 0;
  for (double outcome : sample.outcomes) defaults += outcome;
  const double shift = std::log((4'000 - defaults) / defaults);
  EXPECT_NEAR(result->calibrator.Pd(0.5), 1 / (1 + std::exp(-(0.5 - shift))), 1e-12);
  EXPECT_EQ(result->candidates.size(), 3u);
}

TEST(Calibrate, DoesNotLetTheMostFlexibleMapWinByKnowingTheAnswers) {
  const Sample sample = Draw(600, 2.5, -1);
  const auto result = Calibrate(sample.Task(ShiftSource::kClassWeights), {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->calibrator.method(), CalibrationMethod::kPlatt);
  // Judged on the scores it was fitted on, isotonic would have won.
  const IsotonicFit fit = FitIsotonic(sample.log_odds, sample.outcomes);
  const Calibrator isotonic = Calibrator::Isotonic(fit.raw, fit.pd);
  std::vector<double> in_sample, platt;
  for (double log_odds : sample.log_odds) {
    in_sample.push_back(isotonic.Pd(log_odds));
    platt.push_back(result->calibrator.Pd(log_odds));
  }
  EXPECT_LT(LogLoss(in_sample, sample.outcomes), LogLoss(platt, sample.outcomes));
}

TEST(Calibrate, TakesIsotonicWhereTheTruthHasSteps) {
  Sample sample = Draw(4'000, 0, 0);
  for (size_t i = 0; i < sample.outcomes.size(); ++i) {
    const bool risky = std::abs(sample.log_odds[i]) < 0.5;
    sample.outcomes[i] = (sample.log_odds[i] > 1.5) || (risky && i % 3 == 0) ? 1 : 0;
  }
  sample.folds = StratifiedFolds(sample.outcomes, 5, 1);
  EXPECT_EQ(Calibrate(sample.Task(ShiftSource::kFitted), {})->calibrator.method(),
            CalibrationMethod::kIsotonic);
}

TEST(Calibrate, CrossFitsThePds) {
  const Sample sample = Draw(500, 1, -1);
  const auto result = Calibrate(sample.Task(ShiftSource::kNoWeights), CalibrationMethod::kPlatt);
  ASSERT_TRUE(result);
  size_t different = 0;
  for (size_t i = 0; i < 500; ++i) {
    different += result->pds[i] != result->calibrator.Pd(sample.log_odds[i]);
  }
  EXPECT_GT(different, 400u);
}

TEST(Calibrate, RefusesAScoreThatFallsWithRisk) {
  const Sample sample = Draw(2'000, -2, -1);
  const auto result = Calibrate(sample.Task(ShiftSource::kNoWeights), CalibrationMethod::kPlatt);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kFailedPrecondition);
  const auto best = Calibrate(sample.Task(ShiftSource::kNoWeights), {});
  ASSERT_TRUE(best);
  EXPECT_THAT(best->candidates[1].left_out, testing::HasSubstr("falls"));
}

}  // namespace
}  // namespace fairline
