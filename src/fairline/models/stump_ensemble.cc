#include "fairline/models/stump_ensemble.h"

#include <cmath>

#include "fairline/core/math.h"

namespace fairline {

double Vote(const Stump& stump, std::span<const double> features) {
  if (stump.feature < 0) return stump.left_vote;
  const double value = features[static_cast<size_t>(stump.feature)];
  const bool left = std::isnan(value) ? stump.missing_left : value <= stump.threshold;
  return left ? stump.left_vote : stump.right_vote;
}

double BagMargin(const StumpBag& bag, std::span<const double> features) {
  double margin = 0;
  for (const Stump& stump : bag.stumps) margin += Vote(stump, features);
  return margin;
}

double MeanBagMargin(const StumpEnsemble& model, std::span<const double> features) {
  double sum = 0;
  for (const StumpBag& bag : model.bags) sum += BagMargin(bag, features);
  return sum / static_cast<double>(model.bags.size());
}

double ModelScore(const StumpEnsemble& model, std::span<const double> features) {
  double sum = 0;
  for (const StumpBag& bag : model.bags) sum += Logistic(BagMargin(bag, features));
  return sum / static_cast<double>(model.bags.size());
}

}  // namespace fairline
