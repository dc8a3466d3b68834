#include "fairline/training/stability_report.h"

#include <gtest/gtest.h>

#include <vector>

#include "fairline/core/math.h"
#include "fairline/training/report_page/reader.h"

namespace fairline {
namespace {

/// Two folds whose second half scores `shift` higher.
Json ReportOf(double shift, bool are_pds) {
  std::vector<double> scores, pds, outcomes;
  std::vector<int> folds;
  for (int i = 0; i < 2'000; ++i) {
    const int fold = i % 2;
    const double score = (i / 2 * 37 % 1000) / 250.0 - 3 + shift * fold;
    scores.push_back(score);
    pds.push_back(Logistic(score));
    outcomes.push_back((i / 2 * 61 % 1009) / 1009.0 < pds.back() ? 1 : 0);
    folds.push_back(fold);
  }
  return StabilityReport({.log_odds = scores,
                          .probabilities = pds,
                          .outcomes = outcomes,
                          .folds = folds,
                          .fold_count = 2,
                          .are_pds = are_pds});
}

TEST(StabilityReport, SeesAFoldThatScoresHigher) {
  const Json alike = ReportOf(0, true), shifted = ReportOf(1, true);
  ASSERT_EQ(alike.array().size(), 2u);
  EXPECT_NEAR(NumberAt(alike.array()[1], "psi"), 0, 1e-12);
  EXPECT_GT(NumberAt(shifted.array()[1], "psi"), 0.25);
  EXPECT_GT(NumberAt(shifted.array()[1], "mean_probability"),
            NumberAt(shifted.array()[0], "mean_probability") + 0.1);
  EXPECT_EQ(NumberAt(alike.array()[0], "rows"), 1'000);
}

TEST(StabilityReport, FitsASlopeOnlyToPds) {
  const Json report = ReportOf(0, true);
  EXPECT_NEAR(NumberAt(report.array()[0], "calibration_slope"), 1, 0.15);
  EXPECT_EQ(ReportOf(0, false).array()[0].Find("calibration_slope"), nullptr);
}

}  // namespace
}  // namespace fairline
