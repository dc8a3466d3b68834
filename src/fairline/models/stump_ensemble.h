// EasyEnsemble as a model: bags of boosted stumps (Liu, Wu and Zhou, Exploratory Undersampling for
// Class-Imbalance Learning, 2009). Inspectable, not fast: engines are built from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fairline {

/// A tree with one test, and what it adds to its bag's margin on either side. A stump that found no
/// split has feature -1 and adds `left_vote` always.
struct Stump {
  int32_t feature = 0;
  double threshold = 0;       // left iff value <= threshold
  bool missing_left = false;  // where NaN goes
  double left_vote = 0, right_vote = 0;
  double left_cover = 0, right_cover = 0;  // rows of the bag on either side
};

/// One AdaBoost. The margin is the sum of the votes in order, started from 0.0 (what the algorithm
/// divides by is part of the votes); the bag's probability of default is 1/(1+e^-margin).
struct StumpBag {
  std::vector<Stump> stumps;
};

/// The model score is the mean of the bags' probabilities.
struct StumpEnsemble {
  std::vector<std::string> feature_names;
  std::vector<StumpBag> bags;
};

double Vote(const Stump& stump, std::span<const double> features);
double BagMargin(const StumpBag& bag, std::span<const double> features);
/// Added in the order of the bags, then divided by their number.
double MeanBagMargin(const StumpEnsemble& model, std::span<const double> features);
double ModelScore(const StumpEnsemble& model, std::span<const double> features);

}  // namespace fairline
