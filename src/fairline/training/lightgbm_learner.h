// Boosted trees by LightGBM: each fold stops early on its own rows, the final model takes the mean
// of the folds' best rounds.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "fairline/training/learner.h"

namespace fairline {

/// n / (2 n_c) for the class sizes n_c among `outcomes`, so that both classes weigh the same.
ClassWeights BalancedWeights(std::span<const double> outcomes);

/// LightGBM's parameters for this matrix, apart from the number of rounds and threads: what another
/// LightGBM of the same version needs to grow the same trees.
std::string TreeParameters(const TrainingConfig& config, const EncodedMatrix& matrix);

/// Rounds of the final model: the folds' mean, rounded, at least 1.
int MeanBestRound(std::span<const FoldModel> folds);

/// Each fold stops `early_stopping_rounds` after the lowest log-loss on its own rows, weighted as
/// in training. kFailedPrecondition when the data allow no split.
std::unique_ptr<const Learner> MakeLightGbmLearner(const TrainingConfig& config);

}  // namespace fairline
