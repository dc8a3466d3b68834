// AdaBoost on stumps: SAMME (Zhu, Zou, Rosset and Hastie, Multi-class AdaBoost, 2009), as
// scikit-learn fits it since 1.6, and its variant on probabilities SAMME.R, as before.
#pragma once

#include <cstdint>

#include "fairline/core/result.h"
#include "fairline/models/stump_ensemble.h"
#include "fairline/training/ensembles/stump_search.h"
#include "fairline/training/progress.h"

namespace fairline {

enum class Boosting : uint8_t { kSamme, kSammeR };

struct AdaBoostOptions {
  int stumps = 50;
  Boosting boosting = Boosting::kSamme;
  double learning_rate = 1;
  Grower grower = Grower::kExact;
};

/// The votes are those of scikit-learn's predict_proba: its decision function is the bag's margin.
/// Fewer stumps than asked for when one is perfect or, in SAMME, no better than chance; a bag whose
/// first stump is no better has that one, with votes of 0. The only error is kCancelled.
Result<StumpBag> TrainAdaBoost(Bag& bag, const AdaBoostOptions& options, const Progress& progress);

}  // namespace fairline
