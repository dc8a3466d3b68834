// The validation report of a model, as JSON (docs/guides/train.md lists its keys) and as the text a
// person reads in the terminal.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/stats/calibration_figures.h"
#include "fairline/training/calibrate.h"

namespace fairline {

/// Discrimination of scores the model did not train on: pooled, per fold, and as curves.
Json DiscriminationReport(std::span<const double> scores, std::span<const double> outcomes,
                          std::span<const int> folds, int fold_count);

/// Candidates, figures, tests and the calibration table of the cross-fitted PDs.
Json CalibrationReport(const CalibrationResult& calibration, std::span<const double> outcomes);

/// The features by mean absolute attribution, largest first, at most `most`, with their share of
/// the gain of all splits where it is known (`gain_shares` may be empty).
Json ImportanceReport(const std::vector<std::string>& names,
                      const std::vector<double>& mean_absolute,
                      const std::vector<double>& gain_shares, size_t most);

/// The report in at most 100 columns; parts that a report lacks are left out.
std::string FormatReport(const Json& report);

}  // namespace fairline
