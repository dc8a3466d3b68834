// Trains a scorecard: optimal monotone bins, weights of evidence, selection, a penalised logistic
// regression and points (Siddiqi, Credit Risk Scorecards, 2006, chapter 6).
#pragma once

#include <map>
#include <span>
#include <string>

#include "fairline/core/result.h"
#include "fairline/models/scorecard.h"
#include "fairline/training/matrix.h"
#include "fairline/training/parallel.h"
#include "fairline/training/progress.h"
#include "fairline/training/scorecard/optimal_cuts.h"

namespace fairline {

struct ScorecardOptions {
  MonotoneTrend trend = MonotoneTrend::kAuto;   // of numeric features
  std::map<std::string, MonotoneTrend> trends;  // by feature, before `trend`
  double prebin_share = 0.01;                   // of the rows with a value, in a pre-bin
  double min_bin_share = 0.05;                  // of all rows, in a bin
  int64_t min_bin_outcomes = 5;                 // goods, and bads, in a bin
  double max_p_value = 0.05;                    // between neighbours; 1 asks for nothing
  double min_information_value = 0.02;          // a feature below it is left out
  double max_correlation = 0.8;                 // of two features' WOE, absolute
  double l2 = 1;                                // penalty on the coefficients
  ScoreScale scale;
  bool rounded = false;  // whole points decide
  int threads = CoreCount();
};

/// Of the features told apart enough, the most informative comes first and one that is correlated
/// with it beyond the limit is left out. Where a coefficient has the wrong sign (it would give
/// points for riskier bins, which correlated features can bring about), the worst such feature is
/// left out and the rest fitted again. The card says which were left out and why. `outcomes` are 0
/// or 1, one per row; `weights` above 0, one per row or none. Bins and coefficients are the same
/// for any number of threads. kInvalidArgument for options out of range and outcomes that do not
/// fit; kFailedPrecondition when no feature is left; kCancelled.
Result<Scorecard> TrainScorecard(const EncodedMatrix& matrix, std::span<const double> outcomes,
                                 std::span<const double> weights, const ScorecardOptions& options,
                                 const Progress& progress);

}  // namespace fairline
