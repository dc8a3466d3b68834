// Stratified k-fold training: each row is scored by a model that did not see it.
#pragma once

#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/model.h"
#include "fairline/training/learner.h"

namespace fairline {

struct CrossValidation {
  std::vector<FoldModel> folds;
  std::vector<ModelOutput> outputs;  // out of fold, one per row
};

/// Trains a model per fold and scores the fold with our own engine: what is measured is what will
/// be served. The result does not depend on the number of threads.
Result<CrossValidation> CrossValidate(const Learner& learner, const LearningTask& task,
                                      int fold_count, const Progress& progress);

}  // namespace fairline
