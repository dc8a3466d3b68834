// Balanced random forest (Chen, Liaw and Breiman, Using Random Forest to Learn Imbalanced Data,
// 2004): every tree is grown on a sample with as many of either class, as imbalanced-learn's
// BalancedRandomForestClassifier does.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/tree_ensemble.h"
#include "fairline/training/ensembles/learning_rows.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

/// The defaults are imbalanced-learn's since 0.13. Before, they were bootstrap, no replacement, and
/// the rarer class taken as it is.
struct BalancedForestOptions {
  int trees = 100;
  bool bootstrap = false;   // draw as many rows from the balanced sample again, with replacement
  bool replacement = true;  // draw the balanced sample with replacement
  bool resample_rarer_class = true;  // sampling_strategy "all"; false: "auto"
  int columns = 0;                   // looked at in each node; 0: the square root of all
  int min_leaf = 1;                  // rows in a leaf
  uint64_t seed = 42;
  int threads = 1;
};

/// The rows of the balanced sample, and how often the bootstrap took each.
struct TreeSample {
  RowsByClass rows;
  std::array<std::vector<uint32_t>, 2> times;
};

struct BalancedForest {
  TreeEnsemble model;  // leaves hold shares of defaults: the forest's probability is their mean
  std::vector<TreeSample> samples;
};

/// The same bits for any number of threads. Every column is a number to it; NaN goes to the side
/// that learns more from it. Errors: see ByClass, options outside their range, kCancelled.
Result<BalancedForest> TrainBalancedForest(const EncodedMatrix& matrix,
                                           std::span<const double> outcomes,
                                           const BalancedForestOptions& options,
                                           const Progress& progress);

}  // namespace fairline
