// Gives a model trained elsewhere what a decision needs: calibration, cut-off, reference values and
// baselines, from rows with known outcomes.
#pragma once

#include <cstdint>
#include <string_view>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/models/bundle.h"
#include "fairline/training/progress.h"

namespace fairline {

/// Scores the rows with the bundle's model, fits and judges the calibration by 5-fold
/// cross-fitting, derives the cut-off from the costs, and completes the bundle with all of it. The
/// rows should not be those the model was trained on: its scores would look better than they are.
/// Gives the report, which is also stored in the bundle. `target`: the 0/1 column, 1 = default.
Result<Json> FitDecision(ModelBundle& bundle, const Table& data, std::string_view target,
                         const CostMatrix& costs, uint64_t seed, const Progress& progress = {});

}  // namespace fairline
