// From log-odds of a model to PDs: candidates are fitted on some folds and judged on another, so
// that the most flexible one does not win by knowing the answers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/calibration.h"

namespace fairline {

/// Where the odds shift comes from.
enum class ShiftSource {
  kClassWeights,  // the model was trained with balanced weights: ln(others / defaults)
  kNoWeights,     // trained without weights: 0
  kFitted,        // an imported model's weights are unknown: mean PD = default rate
};

struct CalibrationCandidate {
  CalibrationMethod method = CalibrationMethod::kOddsShift;
  double log_loss = 0;  // over all rows, each judged by a fit that did not see it
  double brier = 0;
  std::string left_out;  // why it could not be used; empty when it could
};

struct CalibrationResult {
  Calibrator calibrator;    // the winner, fitted on all rows
  std::vector<double> pds;  // cross-fitted: of the winner fitted without the row's fold
  std::vector<CalibrationCandidate> candidates;
};

struct CalibrationTask {
  std::span<const double> log_odds;  // of scores the model did not train on
  std::span<const double> outcomes;
  std::span<const int> folds;  // of each row, from 0
  int fold_count = 0;
  ShiftSource shift = ShiftSource::kClassWeights;
};

/// Fits odds shift, Platt and isotonic maps and takes the one with the lowest log-loss (the simpler
/// of equals), or the given one. A map that falls with the score is left out;
/// kFailedPrecondition when none is left.
Result<CalibrationResult> Calibrate(const CalibrationTask& task,
                                    std::optional<CalibrationMethod> method);

}  // namespace fairline
