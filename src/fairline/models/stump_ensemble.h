// EasyEnsemble as a model: bags of boosted stumps (Liu, Wu and Zhou, Exploratory Undersampling for
// Class-Imbalance Learning, 2009). Inspectable, not fast: engines are built from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

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

/// One AdaBoost. The margin is the sum of the votes (what the algorithm divides by is part of
/// them): those of each feature are added in the order of the stumps, from 0.0, and these sums by
/// ascending feature, from 0.0, stumps without a split before all others. So a feature's sum is one
/// of a few numbers, which engines tabulate. The bag's probability of default is 1/(1+e^-margin).
struct StumpBag {
  std::vector<Stump> stumps;
};

/// The model score is the mean of the bags' probabilities.
struct StumpEnsemble {
  std::vector<std::string> feature_names;
  std::vector<StumpBag> bags;

  /// kInvalidArgument or kTooLarge naming the bag and the stump: a feature there is none of,
  /// numbers that are not finite, votes so large that sums of them overflow, more than the limits
  /// allow.
  Status Validate() const;
};

/// `value`: of the stump's feature.
double Vote(const Stump& stump, double value);
double BagMargin(const StumpBag& bag, std::span<const double> features);
/// Added in the order of the bags, then divided by their number.
double MeanBagMargin(const StumpEnsemble& model, std::span<const double> features);
double ModelScore(const StumpEnsemble& model, std::span<const double> features);

/// What the field `format` of an ensemble's text says.
inline constexpr std::string_view kStumpEnsembleFormat = "fairline_easy_ensemble";

/// The text of an ensemble, JSON (docs/reference/easy_ensemble.md): the same ensemble, the same
/// bytes.
std::string WriteStumpEnsemble(const StumpEnsemble& model);
/// kInvalidArgument naming the field at fault, kTooLarge, kUnsupported for a newer version.
Result<StumpEnsemble> ParseStumpEnsemble(std::string_view text);

}  // namespace fairline
