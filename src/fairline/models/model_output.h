// How the numbers of a model class become a ModelOutput: one place for the model as it is written
// and for the engines.
#pragma once

#include <span>

#include "fairline/models/model.h"

namespace fairline {

ModelOutput OutputOfLogOdds(double log_odds);

/// What a tree ensemble's sums of leaves stand for.
class LeafSums {
 public:
  explicit LeafSums(const TreeEnsemble& model);
  ModelOutput OutputOf(double sum) const;

 private:
  double sigmoid_;
  bool average_, probabilities_;
  size_t trees_;
};

/// Of an EasyEnsemble; one of each per bag, `probabilities` being the logistic of the margins.
ModelOutput OutputOfBags(std::span<const double> margins, std::span<const double> probabilities);

}  // namespace fairline
