// Searches have no branches that depend on a value: a row's values are as good as random to the
// processor.
#include "fairline/models/engine/feature_bins.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

namespace fairline {
namespace {

// The largest value of a slot says "missing, goes right"; no bin of a number may reach it.
constexpr size_t kByteThresholds = std::numeric_limits<uint8_t>::max() - 1;
constexpr size_t kMostThresholds = std::numeric_limits<uint16_t>::max() - 1;
constexpr uint16_t kAlwaysRight = std::numeric_limits<uint16_t>::max();
constexpr size_t kMostOutcomes = size_t{64} << 20;  // bytes of one model

// Values searched side by side: one search waits for its loads, several do not wait for each other.
constexpr size_t kSearches = 8;

// No conditional: compilers make a branch of one, which is guessed wrong every second time.
uint32_t AllBits(bool set) { return 0U - static_cast<uint32_t>(set); }

// kSearches values, among 2^steps - 1 thresholds.
void Search(const double* thresholds, uint32_t steps, const double* values, uint32_t* bins) {
  uint32_t found[kSearches] = {};
  for (uint32_t half = (1U << steps) >> 1; half > 0; half >>= 1) {
    const double* middle = thresholds + half - 1;
#pragma GCC unroll 8
    for (size_t i = 0; i < kSearches; ++i) {
      found[i] += half & AllBits(values[i] > middle[found[i]]);
    }
  }
  for (size_t i = 0; i < kSearches; ++i) bins[i] = found[i];
}

// The members of a node's set of categories, without zero words at the end.
using CategorySet = std::vector<uint32_t>;

CategorySet SetOf(const Tree& tree, const TreeNode& node) {
  CategorySet set(tree.category_bits.begin() + node.category_begin,
                  tree.category_bits.begin() + node.category_end);
  while (!set.empty() && set.back() == 0) set.pop_back();
  return set;
}

// How a node reads what is missing. A direction only matters where there is a missing type.
struct Kind {
  MissingType missing;
  bool default_left;
  auto operator<=>(const Kind&) const = default;
};

Kind KindOf(const TreeNode& node) {
  return {node.missing, node.missing != MissingType::kNone && node.default_left};
}

}  // namespace

// Collects what the trees ask of each feature, then lays out the slots.
class FeatureBins::Maker {
 public:
  explicit Maker(const TreeEnsemble& model) : model_(model) {}

  Result<FeatureBins> Make(std::vector<BinTest>& tests) {
    Collect();
    FAIRLINE_TRY(LayOutNumerics());
    FAIRLINE_TRY(LayOutCategoricals());
    tests.clear();
    for (const Tree& tree : model_.trees) {
      for (const TreeNode& node : tree.nodes) tests.push_back(TestOf(tree, node));
    }
    return std::move(bins_);
  }

 private:
  struct Numbers {
    std::vector<double> thresholds;
    std::map<Kind, uint32_t> slots;
  };

  void Collect() {
    for (const Tree& tree : model_.trees) {
      for (const TreeNode& node : tree.nodes) {
        const auto feature = static_cast<uint32_t>(node.feature);
        if (node.categorical) {
          sets_[feature].emplace(SetOf(tree, node), 0);
        } else {
          numbers_[feature].thresholds.push_back(node.threshold);
          numbers_[feature].slots.emplace(KindOf(node), 0);
        }
      }
    }
  }

  Status LayOutNumerics() {
    bins_.fits_byte_ = true;
    for (auto& [feature, numbers] : numbers_) {
      auto& thresholds = numbers.thresholds;
      std::ranges::sort(thresholds);
      thresholds.erase(std::ranges::unique(thresholds).begin(), thresholds.end());
      if (thresholds.size() > kMostThresholds) {
        return Fail(ErrorCode::kUnsupported,
                    fmt::format("{} has {} thresholds, more than {}", model_.feature_names[feature],
                                thresholds.size(), kMostThresholds));
      }
      if (thresholds.size() > kByteThresholds) bins_.fits_byte_ = false;
      AddNumeric(feature, numbers);
    }
    std::ranges::stable_sort(bins_.numerics_, {}, &Numeric::steps);
    return {};
  }

  void AddNumeric(uint32_t feature, Numbers& numbers) {
    const auto& thresholds = numbers.thresholds;
    Numeric numeric{.feature = feature,
                    .thresholds = static_cast<uint32_t>(bins_.thresholds_.size()),
                    .steps = static_cast<uint32_t>(std::bit_width(thresholds.size())),
                    .first_reading = static_cast<uint32_t>(bins_.readings_.size()),
                    .readings = static_cast<uint32_t>(numbers.slots.size())};
    bins_.thresholds_.insert(bins_.thresholds_.end(), thresholds.begin(), thresholds.end());
    bins_.thresholds_.resize(numeric.thresholds + (size_t{1} << numeric.steps) - 1,
                             std::numeric_limits<double>::infinity());
    const auto zero = static_cast<uint16_t>(bins_.BinOf(numeric, 0));
    for (auto& [kind, slot] : numbers.slots) {
      slot = static_cast<uint32_t>(bins_.slots_++);
      const uint16_t missing = kind.default_left ? 0 : kAlwaysRight;
      bins_.readings_.push_back({.slot = slot,
                                 .nan_bin = kind.missing == MissingType::kNone ? zero : missing,
                                 .zero_bin = missing,
                                 .zero_is_missing = kind.missing == MissingType::kZero});
    }
    bins_.numerics_.push_back(numeric);
  }

  Status LayOutCategoricals() {
    for (auto& [feature, sets] : sets_) {
      Categorical categorical{.feature = feature,
                              .first_slot = static_cast<uint32_t>(bins_.slots_),
                              .sets = static_cast<uint32_t>(sets.size()),
                              .outcomes = bins_.outcomes_.size()};
      for (auto& [set, slot] : sets) {
        slot = static_cast<uint32_t>(bins_.slots_++);
        categorical.categories =
            std::max(categorical.categories, static_cast<uint32_t>(32 * set.size()));
      }
      const size_t bytes = size_t{categorical.categories + 1} * categorical.sets;
      if (bytes > kMostOutcomes - bins_.outcomes_.size()) {
        return Fail(
            ErrorCode::kUnsupported,
            fmt::format("{} has {} categories in {} sets, too many for a table",
                        model_.feature_names[feature], categorical.categories, categorical.sets));
      }
      bins_.outcomes_.resize(categorical.outcomes + bytes, 1);
      for (const auto& [set, slot] : sets) {
        for (uint32_t category = 0; category < 32 * set.size(); ++category) {
          if ((set[category / 32] >> (category % 32) & 1) == 0) continue;
          bins_.outcomes_[categorical.outcomes + size_t{category} * categorical.sets + slot -
                          categorical.first_slot] = 0;
        }
      }
      bins_.categoricals_.push_back(categorical);
    }
    return {};
  }

  BinTest TestOf(const Tree& tree, const TreeNode& node) const {
    const auto feature = static_cast<uint32_t>(node.feature);
    if (node.categorical) return {sets_.at(feature).at(SetOf(tree, node)), 0};
    const Numbers& numbers = numbers_.at(feature);
    const auto place = std::ranges::lower_bound(numbers.thresholds, node.threshold);
    return {numbers.slots.at(KindOf(node)),
            static_cast<uint16_t>(place - numbers.thresholds.begin())};
  }

  const TreeEnsemble& model_;
  FeatureBins bins_;
  std::map<uint32_t, Numbers> numbers_;                       // by feature
  std::map<uint32_t, std::map<CategorySet, uint32_t>> sets_;  // by feature, to the slot
};

Result<FeatureBins> FeatureBins::Make(const TreeEnsemble& model, std::vector<BinTest>& tests) {
  return Maker(model).Make(tests);
}

uint32_t FeatureBins::BinOf(const Numeric& numeric, double value) const {
  const double* thresholds = thresholds_.data() + numeric.thresholds;
  uint32_t bin = 0;
  for (uint32_t half = (1U << numeric.steps) >> 1; half > 0; half >>= 1) {
    bin += half & AllBits(value > thresholds[bin + half - 1]);
  }
  return bin;
}

uint16_t FeatureBins::Read(const Reading& reading, uint32_t bin, double value) {
  const auto usual = static_cast<uint16_t>(bin);
  const uint16_t seen =
      reading.zero_is_missing && std::abs(value) <= kZeroThreshold ? reading.zero_bin : usual;
  return std::isnan(value) ? reading.nan_bin : seen;
}

const uint8_t* FeatureBins::OutcomesOf(const Categorical& categorical, double value) const {
  // False for NaN too. -0.5 is category 0, since LightGBM cuts towards zero.
  const bool known = value > -1.0 && value < categorical.categories;
  const auto category =
      known ? static_cast<uint32_t>(std::max(value, 0.0)) : categorical.categories;
  return outcomes_.data() + categorical.outcomes + size_t{category} * categorical.sets;
}

template <typename Bin>
void FeatureBins::Fill(std::span<const double> row, Bin* slots) const {
  for (const Numeric& numeric : numerics_) {
    const double value = row[numeric.feature];
    const uint32_t bin = BinOf(numeric, value);
    const Reading* reading = readings_.data() + numeric.first_reading;
    for (uint32_t i = 0; i < numeric.readings; ++i, ++reading) {
      slots[reading->slot] = static_cast<Bin>(Read(*reading, bin, value));
    }
  }
  for (const Categorical& categorical : categoricals_) {
    const uint8_t* outcomes = OutcomesOf(categorical, row[categorical.feature]);
    std::copy_n(outcomes, categorical.sets, slots + categorical.first_slot);
  }
}

template <typename Bin>
void FeatureBins::FillBlock(const FeatureColumns& rows, size_t first, size_t count,
                            size_t slot_pitch, size_t row_pitch, Bin* slots) const {
  std::array<uint32_t, kBlock> bins;
  std::array<double, kBlock> values{};
  for (const Numeric& numeric : numerics_) {
    const double* thresholds = thresholds_.data() + numeric.thresholds;
    const double* column = rows.columns[numeric.feature] + first * rows.stride;
    for (size_t r = 0; r < count; ++r) values[r] = column[r * rows.stride];
    for (size_t r = 0; r < count; r += kSearches) {
      Search(thresholds, numeric.steps, &values[r], &bins[r]);
    }
    const Reading* reading = readings_.data() + numeric.first_reading;
    for (uint32_t i = 0; i < numeric.readings; ++i, ++reading) {
      Bin* slot = slots + reading->slot * slot_pitch;
      for (size_t r = 0; r < count; ++r) {
        slot[r * row_pitch] = static_cast<Bin>(Read(*reading, bins[r], values[r]));
      }
    }
  }
  for (const Categorical& categorical : categoricals_) {
    const double* values = rows.columns[categorical.feature] + first * rows.stride;
    for (size_t r = 0; r < count; ++r) {
      const uint8_t* outcomes = OutcomesOf(categorical, values[r * rows.stride]);
      for (uint32_t set = 0; set < categorical.sets; ++set) {
        slots[(categorical.first_slot + set) * slot_pitch + r * row_pitch] = outcomes[set];
      }
    }
  }
}

template void FeatureBins::Fill(std::span<const double>, uint8_t*) const;
template void FeatureBins::Fill(std::span<const double>, uint16_t*) const;
template void FeatureBins::FillBlock(const FeatureColumns&, size_t, size_t, size_t, size_t,
                                     uint8_t*) const;
template void FeatureBins::FillBlock(const FeatureColumns&, size_t, size_t, size_t, size_t,
                                     uint16_t*) const;

}  // namespace fairline
