// An ensemble of stumps only compares a feature with its cuts, so values between two neighbouring
// cuts are the same to it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "fairline/models/engine/threshold_tree.h"
#include "fairline/models/stump_ensemble.h"

namespace fairline {

class StepIntervals {
 public:
  /// A feature that some stump splits.
  struct Feature {
    uint32_t index = 0;  // among the model's
    ThresholdTree cuts;
    std::vector<double> values;  // one of each interval, ascending; that of missing values last
  };

  explicit StepIntervals(const StumpEnsemble& model);

  std::span<const Feature> features() const { return features_; }  // by ascending index
  /// The place of a feature among them.
  size_t SlotOf(uint32_t index) const {
    const auto found = std::ranges::lower_bound(features_, index, {}, &Feature::index);
    return static_cast<size_t>(found - features_.begin());
  }
  /// Which interval the row's value is in.
  size_t Find(const Feature& feature, std::span<const double> row) const {
    const double value = row[feature.index];
    const size_t missing = feature.values.size() - 1;
    if (missing > kMostInTree) return std::isnan(value) ? missing : SearchFor(feature, value);
    const size_t below = feature.cuts.Below(lines_.data(), value);
    return std::isnan(value) ? missing : below;
  }

  /// Sums of a feature's stumps in every interval are made of that many terms, over all features.
  uint64_t terms() const { return terms_; }
  static constexpr uint64_t kMostTerms = uint64_t{1} << 28;  // half a second

 private:
  static constexpr size_t kMostInTree = std::numeric_limits<uint16_t>::max();
  static size_t SearchFor(const Feature& feature, double value) {
    const std::span values(feature.values.data(), feature.values.size() - 1);
    return static_cast<size_t>(std::ranges::lower_bound(values, value) - values.begin());
  }

  std::vector<Feature> features_;
  std::vector<ThresholdLine> lines_;
  uint64_t terms_ = 0;
};

/// The bag's stumps by ascending feature, those of one in their order.
std::vector<Stump> ByFeature(const StumpBag& bag);

/// Calls take(feature, its stumps) for each feature of the bag.
void ForEachFeature(std::span<const Stump> by_feature, auto take) {
  while (!by_feature.empty()) {
    const int32_t feature = by_feature.front().feature;
    size_t count = 1;
    while (count < by_feature.size() && by_feature[count].feature == feature) ++count;
    take(feature, by_feature.first(count));
    by_feature = by_feature.subspan(count);
  }
}

}  // namespace fairline
