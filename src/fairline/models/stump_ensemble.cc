#include "fairline/models/stump_ensemble.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fairline/core/math.h"

namespace fairline {

double Vote(const Stump& stump, double value) {
  if (stump.feature < 0) return stump.left_vote;
  const bool left = std::isnan(value) ? stump.missing_left : value <= stump.threshold;
  return left ? stump.left_vote : stump.right_vote;
}

double BagMargin(const StumpBag& bag, std::span<const double> features) {
  std::vector<std::pair<int32_t, double>> votes;
  votes.reserve(bag.stumps.size());
  for (const Stump& stump : bag.stumps) {
    const double value = stump.feature < 0 ? 0 : features[static_cast<size_t>(stump.feature)];
    votes.emplace_back(stump.feature, Vote(stump, value));
  }
  std::ranges::stable_sort(votes, {}, &std::pair<int32_t, double>::first);
  double margin = 0;
  for (auto vote = votes.begin(); vote != votes.end();) {
    const int32_t feature = vote->first;
    double sum = 0;
    for (; vote != votes.end() && vote->first == feature; ++vote) sum += vote->second;
    margin += sum;
  }
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
