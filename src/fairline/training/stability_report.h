// Whether the model does on every part of the rows what it does on all of them.
#pragma once

#include <span>

#include "fairline/core/json.h"

namespace fairline {

struct StabilityTask {
  std::span<const double> log_odds;       // of models that did not train on the row
  std::span<const double> probabilities;  // what the cut-off was derived from
  std::span<const double> outcomes;
  std::span<const int> folds;  // of each row, from 0
  int fold_count = 0;
  bool are_pds = true;  // the probabilities are calibrated
};

/// Per fold: `rows`, `defaults`, `mean_probability`, `roc_auc_standard_error`, the population
/// stability index of its log-odds against all other rows (`psi`, over ten quantile bins of
/// those; each fold was scored by its own model, so it tells both apart), and for PDs the
/// `calibration_slope`. A fold's AUC and KS are in `discrimination`.
Json StabilityReport(const StabilityTask& task);

}  // namespace fairline
