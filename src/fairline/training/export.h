// The matrix a training ran on, for whoever wants to repeat it with another LightGBM.
#pragma once

#include "fairline/models/bundle.h"
#include "fairline/training/train.h"

namespace fairline {

/// Files for `--export-matrix` (docs/guides/train.md): `matrix.f64` (row-major little-endian
/// float64), `target.u8`, `folds.u8`, `raw_scores.f64`, `probabilities.f64`, a model file per fold
/// and `matrix.json`, which says how to read them and with which parameters the trees were grown.
BundleFiles ExportTraining(const TrainedModel& trained, const TrainingConfig& config);

}  // namespace fairline
