// EasyEnsemble (Liu, Wu and Zhou, Exploratory Undersampling for Class-Imbalance Learning, 2009): an
// AdaBoost on each of many balanced samples, as imbalanced-learn's EasyEnsembleClassifier fits it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/stump_ensemble.h"
#include "fairline/training/ensembles/adaboost.h"
#include "fairline/training/ensembles/learning_rows.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

struct EasyEnsembleOptions {
  int bags = 100;
  int stumps = 50;
  Boosting boosting = Boosting::kSamme;
  double learning_rate = 1;
  Grower grower = Grower::kExact;
  bool replacement = false;  // draw the rows of the larger class with replacement
  uint64_t seed = 42;
  int threads = 1;
};

struct EasyEnsemble {
  StumpEnsemble model;
  std::vector<RowsByClass> bag_rows;  // what each bag was trained on
};

/// The same bits for any number of threads. Every column is a number to it; NaN goes to the side
/// that learns more from it. Errors: see ByClass, options outside their range, columns that all
/// hold one value, kCancelled.
Result<EasyEnsemble> TrainEasyEnsemble(const EncodedMatrix& matrix,
                                       std::span<const double> outcomes,
                                       const EasyEnsembleOptions& options,
                                       const Progress& progress);

}  // namespace fairline
