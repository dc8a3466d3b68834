// Stratified k-fold training with early stopping, and the final model on all rows.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/training/config.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

/// Weight of one row of each class.
struct ClassWeights {
  double of_default = 1;
  double of_other = 1;
};
/// n / (2 n_c) for the class sizes n_c among `outcomes`, so that both classes weigh the same.
ClassWeights BalancedWeights(std::span<const double> outcomes);

struct FoldModel {
  std::string model_text;  // the trees up to the best round
  int best_round = 0;
  ClassWeights weights;
};

struct CrossValidation {
  std::vector<FoldModel> folds;
  std::vector<double> raw_scores;  // out of fold, one per row
  int mean_best_round = 0;         // rounded, at least 1
};

/// LightGBM's parameters for this matrix, apart from the number of rounds and threads: what another
/// LightGBM of the same version needs to grow the same trees.
std::string TreeParameters(const TrainingConfig& config, const EncodedMatrix& matrix);

/// Trains one model per fold on the other folds' rows (`folds`: fold of each row, from 0). Each
/// stops `early_stopping_rounds` after the lowest log-loss of its own fold, rows weighted as in
/// training. Folds run side by side; the result does not depend on the number of threads.
Result<CrossValidation> CrossValidate(const EncodedMatrix& matrix, std::span<const double> outcomes,
                                      std::span<const int> folds, const TrainingConfig& config,
                                      const Progress& progress);

/// Trains on all rows for `rounds` rounds; gives the model file. kFailedPrecondition when the data
/// allow no split.
Result<std::string> TrainOnAll(const EncodedMatrix& matrix, std::span<const double> outcomes,
                               int rounds, const TrainingConfig& config, const Progress& progress);

}  // namespace fairline
