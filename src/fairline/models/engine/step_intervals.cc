#include "fairline/models/engine/step_intervals.h"

#include <algorithm>
#include <limits>

namespace fairline {

StepIntervals::StepIntervals(const StumpEnsemble& model) {
  std::vector<std::vector<double>> cuts(model.feature_names.size());
  for (const StumpBag& bag : model.bags) {
    for (const Stump& stump : bag.stumps) {
      if (stump.feature >= 0) cuts[static_cast<size_t>(stump.feature)].push_back(stump.threshold);
    }
  }
  for (uint32_t index = 0; index < cuts.size(); ++index) {
    std::vector<double>& values = cuts[index];
    if (values.empty()) continue;
    const size_t stumps = values.size();
    std::ranges::sort(values);
    values.erase(std::ranges::unique(values).begin(), values.end());
    const bool fits = values.size() + 1 <= kMostInTree;
    const ThresholdTree tree(fits ? values : std::vector<double>(), lines_);
    values.push_back(std::numeric_limits<double>::infinity());
    values.push_back(std::numeric_limits<double>::quiet_NaN());
    terms_ += stumps * values.size();
    features_.push_back({index, tree, std::move(values)});
  }
}

std::vector<Stump> ByFeature(const StumpBag& bag) {
  std::vector<Stump> stumps = bag.stumps;
  std::ranges::stable_sort(stumps, {}, &Stump::feature);
  return stumps;
}

}  // namespace fairline
