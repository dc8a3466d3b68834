#include "fairline/training/scorecard/shrink.h"

#include <gtest/gtest.h>

#include <cmath>

#include "fairline/core/math.h"
#include "fairline/core/random.h"
#include "fairline/stats/calibration_fits.h"

namespace fairline {
namespace {

/// Three features that tell a little and `noise` that tell nothing.
LabelledRows Sample(size_t rows, size_t noise, uint64_t seed) {
  Random random(seed);
  LabelledRows sample{.matrix = {.rows = rows}};
  for (size_t i = 0; i < 3 + noise; ++i) sample.matrix.names.push_back("f" + std::to_string(i));
  for (size_t row = 0; row < rows; ++row) {
    double log_odds = -1.5;
    for (size_t i = 0; i < 3 + noise; ++i) {
      sample.matrix.values.push_back(random.Normal());
      if (i < 3) log_odds += 0.5 * sample.matrix.values.back();
    }
    sample.outcomes.push_back(random.Uniform() < Logistic(log_odds) ? 1 : 0);
  }
  return sample;
}

double SlopeOn(const Scorecard& card, const LabelledRows& rows) {
  std::vector<double> log_odds;
  for (size_t row = 0; row < rows.matrix.rows; ++row) {
    log_odds.push_back(LogOdds(card, rows.matrix.Row(row)));
  }
  return FitLogistic(log_odds, rows.outcomes).slope;
}

TEST(Recalibrate, MovesLogOddsAndPoints) {
  const LabelledRows sample = Sample(2'000, 0, 1);
  const Scorecard card = TrainScorecard(sample.matrix, sample.outcomes, {}, {}, {}).value();
  Scorecard moved = card;
  Recalibrate(moved, 0.8, -0.1);
  ASSERT_TRUE(moved.Validate());
  const double factor = card.scale.pdo / Log(2);
  for (size_t row = 0; row < 20; ++row) {
    const auto values = sample.matrix.Row(row);
    EXPECT_NEAR(LogOdds(moved, values), 0.8 * LogOdds(card, values) - 0.1, 1e-12);
    EXPECT_NEAR((Points(moved, values) - Points(card, values)) / factor,
                LogOdds(card, values) - LogOdds(moved, values), 1e-9);
  }
}

TEST(TrainShrunkenScorecard, IsRightForApplicantsItHasNotSeen) {
  const LabelledRows sample = Sample(1'500, 60, 2), others = Sample(20'000, 60, 3);
  const ScorecardOptions options{.max_p_value = 1, .min_information_value = 0};
  const auto plain = TrainScorecard(sample.matrix, sample.outcomes, {}, options, {});
  const auto shrunken = TrainShrunkenScorecard(sample.matrix, sample.outcomes, options, 1, {});
  ASSERT_TRUE(plain && shrunken);
  EXPECT_LT(SlopeOn(*plain, others), 0.8);
  EXPECT_LT(std::abs(SlopeOn(*shrunken, others) - 1), 0.15);
}

TEST(TrainShrunkenScorecard, LeavesACardAsItIsWithoutEnoughRows) {
  LabelledRows sample = Sample(200, 0, 4);
  size_t defaults = 0;
  for (double& outcome : sample.outcomes) outcome = outcome == 1 && ++defaults <= 4;
  const ScorecardOptions options{.min_bin_outcomes = 1, .max_p_value = 1};
  const auto plain = TrainScorecard(sample.matrix, sample.outcomes, {}, options, {});
  const auto shrunken = TrainShrunkenScorecard(sample.matrix, sample.outcomes, options, 1, {});
  ASSERT_EQ(plain.has_value(), shrunken.has_value());
  if (plain) {
    EXPECT_EQ(WriteScorecard(*plain), WriteScorecard(*shrunken));
  }
}

}  // namespace
}  // namespace fairline
