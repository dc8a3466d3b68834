// What training and an import share: from scores of rows that the model did not train on to the
// parts of a bundle that decide and explain.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/models/bundle.h"
#include "fairline/training/calibrate.h"
#include "fairline/training/config.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

struct DecisionTask {
  const Table& table;
  const EncodedMatrix& matrix;
  std::span<const double> outcomes;
  std::span<const int> folds;
  std::span<const ModelOutput> outputs;  // of models that did not train on the row
  ShiftSource shift = ShiftSource::kClassWeights;
  const TrainingConfig& config;  // folds, seed, calibration, costs and threshold are used
};

/// Fills calibrator, cut-off, references and baseline of a bundle whose model and plan are set, and
/// the parts `data`, `discrimination`, `calibration`, `cut_off`, `distribution`, `stability`,
/// `importance` and `references` of its report. Gives the probability that the cut-off was derived
/// from, per row.
Result<std::vector<double>> FitDecisionParts(const DecisionTask& task, ModelBundle& bundle,
                                             const Progress& progress);

/// Names of the model inputs, as the plan has them.
std::vector<std::string> FeatureNames(const FeaturePlan& plan);

/// Folds for rows with these outcomes; kInvalidArgument when a class has fewer rows than folds.
Result<std::vector<int>> FoldsFor(std::span<const double> outcomes, int folds, uint64_t seed);

}  // namespace fairline
