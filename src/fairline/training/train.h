// Training, from a table to a model bundle ready to be registered.
#pragma once

#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/models/bundle.h"
#include "fairline/training/config.h"
#include "fairline/training/cross_validation.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

/// The bundle and what it was made from (for `--export-matrix`).
struct TrainedModel {
  ModelBundle bundle;
  EncodedMatrix matrix;
  std::vector<double> outcomes;       // one per row
  std::vector<int> folds;             // of each row, from 0
  CrossValidation cross_validation;   // fold models and what they say of their folds
  std::vector<double> probabilities;  // out of fold: cross-fitted PDs, or model scores without PDs
};

/// Stratified cross-validation, the final model on all rows, calibration, cut-off, reference values
/// and baselines. The same table and configuration give the same bundle, bit for bit, on any number
/// of threads. Errors are kInvalidArgument naming the column, row or parameter;
/// kFailedPrecondition when the data allow no model; kCancelled.
Result<TrainedModel> Train(const Table& table, const TrainingConfig& config,
                           const Progress& progress);

/// The feature plan that Train uses for this table: columns that the configuration does not declare
/// get their role from a customary name (TARGET, target, SK_ID_CURR, application_id, ID, id) or are
/// features.
Result<FeaturePlan> TrainingPlan(const Table& table, const TrainingConfig& config);

}  // namespace fairline
