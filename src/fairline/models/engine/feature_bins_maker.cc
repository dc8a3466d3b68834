// Lays out the slots of a model: what its trees ask of each feature, collected in one pass.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>

#include "fairline/models/engine/feature_bins.h"

namespace fairline {
namespace {

constexpr size_t kByteThresholds = std::numeric_limits<uint8_t>::max();
constexpr size_t kMostThresholds = std::numeric_limits<uint16_t>::max();
constexpr size_t kMostOutcomes = size_t{64} << 20;  // bytes of one model

// The ways a node can read what is missing. A direction only matters where there is a missing type.
constexpr size_t kWays = 6;

size_t WayOf(const TreeNode& node) {
  const bool left = node.missing != MissingType::kNone && node.default_left;
  return 2 * static_cast<size_t>(node.missing) + (left ? 1 : 0);
}

// The members of a node's set of categories.
using CategoryWords = std::span<const uint32_t>;

CategoryWords SetOf(const Tree& tree, const TreeNode& node) {
  CategoryWords set(tree.category_bits.data() + node.category_begin,
                    tree.category_bits.data() + node.category_end);
  while (!set.empty() && set.back() == 0) set = set.first(set.size() - 1);
  return set;
}

// The different sets of a feature.
class CategorySets {
 public:
  struct Set {
    CategoryWords words;
    uint32_t uses = 0;
    uint32_t slot = 0;
  };

  /// The set's number.
  uint32_t Add(CategoryWords words) {
    const std::string_view bytes(reinterpret_cast<const char*>(words.data()), words.size_bytes());
    const auto [found, is_new] =
        numbers_.try_emplace(std::string(bytes), static_cast<uint32_t>(sets_.size()));
    if (is_new) sets_.push_back({words});
    ++sets_[found->second].uses;
    return found->second;
  }

  /// Numbers the slots by falling use: then the tests beyond the first of each slot are those of a
  /// range of slots too.
  void GiveSlots(uint32_t first) {
    std::vector<uint32_t> order(sets_.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](uint32_t set) { return sets_[set].uses; });
    for (const uint32_t set : order) sets_[set].slot = first++;
  }

  const std::vector<Set>& sets() const { return sets_; }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<Set> sets_;
};

}  // namespace

class FeatureBins::Maker {
 public:
  explicit Maker(const TreeEnsemble& model) : model_(model), asked_(model.feature_names.size()) {}

  Result<FeatureBins> Make(std::vector<BinTest>& tests) {
    Collect();
    FAIRLINE_TRY(LayOutNumerics());
    FAIRLINE_TRY(LayOutCategoricals());
    tests.clear();
    auto set = sets_of_nodes_.begin();
    for (const Tree& tree : model_.trees) {
      for (const TreeNode& node : tree.nodes) {
        const Asked& asked = asked_[node.feature];
        tests.push_back(node.categorical ? BinTest{asked.sets.sets()[*set++].slot, 0}
                                         : TestOf(asked, node));
      }
    }
    return std::move(bins_);
  }

 private:
  struct Asked {
    std::vector<double> thresholds;
    std::array<bool, kWays> ways{};
    std::array<uint32_t, kWays> slots{};
    std::optional<ThresholdTree> tree;
    CategorySets sets;
  };

  void Collect() {
    for (const Tree& tree : model_.trees) {
      for (const TreeNode& node : tree.nodes) {
        Asked& asked = asked_[node.feature];
        if (node.categorical) {
          sets_of_nodes_.push_back(asked.sets.Add(SetOf(tree, node)));
        } else {
          asked.thresholds.push_back(node.threshold);
          asked.ways[WayOf(node)] = true;
        }
      }
    }
  }

  Status LayOutNumerics() {
    bins_.fits_byte_ = true;
    for (size_t feature = 0; feature < asked_.size(); ++feature) {
      auto& thresholds = asked_[feature].thresholds;
      if (thresholds.empty()) continue;
      std::ranges::sort(thresholds);
      thresholds.erase(std::ranges::unique(thresholds).begin(), thresholds.end());
      if (thresholds.size() > kMostThresholds) {
        return Fail(ErrorCode::kUnsupported,
                    fmt::format("{} has {} thresholds, more than {}", model_.feature_names[feature],
                                thresholds.size(), kMostThresholds));
      }
      if (thresholds.size() > kByteThresholds) bins_.fits_byte_ = false;
      AddNumeric(static_cast<uint32_t>(feature), asked_[feature]);
    }
    std::ranges::stable_sort(bins_.numerics_, {},
                             [](const Numeric& numeric) { return numeric.thresholds.levels(); });
    return {};
  }

  void AddNumeric(uint32_t feature, Asked& asked) {
    asked.tree.emplace(asked.thresholds, bins_.thresholds_);
    Numeric numeric{.feature = feature,
                    .thresholds = *asked.tree,
                    .first_slot = static_cast<uint32_t>(bins_.slots_)};
    const auto zero = static_cast<uint16_t>(asked.tree->Below(bins_.thresholds_.data(), 0));
    const auto highest = static_cast<uint16_t>(asked.thresholds.size());
    for (size_t way = 0; way < kWays; ++way) {
      if (!asked.ways[way]) continue;
      const auto type = static_cast<MissingType>(way / 2);
      const uint16_t missing = way % 2 == 1 ? 0 : highest;
      asked.slots[way] = static_cast<uint32_t>(bins_.slots_++);
      bins_.readings_.push_back({.nan_bin = type == MissingType::kNone ? zero : missing,
                                 .zero_bin = missing,
                                 .highest_bin = highest,
                                 .zero_is_missing = type == MissingType::kZero});
      ++numeric.readings;
    }
    bins_.numerics_.push_back(numeric);
  }

  Status LayOutCategoricals() {
    for (size_t feature = 0; feature < asked_.size(); ++feature) {
      CategorySets& sets = asked_[feature].sets;
      if (sets.sets().empty()) continue;
      Categorical categorical{.feature = static_cast<uint32_t>(feature),
                              .first_slot = static_cast<uint32_t>(bins_.slots_),
                              .sets = static_cast<uint32_t>(sets.sets().size()),
                              .outcomes = bins_.outcomes_.size()};
      sets.GiveSlots(categorical.first_slot);
      bins_.slots_ += categorical.sets;
      for (const auto& set : sets.sets()) {
        categorical.categories =
            std::max(categorical.categories, static_cast<uint32_t>(32 * set.words.size()));
      }
      const size_t bytes = size_t{categorical.categories + 1} * categorical.sets;
      if (bytes > kMostOutcomes - bins_.outcomes_.size()) {
        return Fail(
            ErrorCode::kUnsupported,
            fmt::format("{} has {} categories in {} sets, too many for a table",
                        model_.feature_names[feature], categorical.categories, categorical.sets));
      }
      bins_.outcomes_.resize(categorical.outcomes + bytes, 1);
      for (const auto& set : sets.sets()) AddMembers(categorical, set);
      bins_.categoricals_.push_back(categorical);
    }
    return {};
  }

  void AddMembers(const Categorical& categorical, const CategorySets::Set& set) {
    uint8_t* outcome =
        bins_.outcomes_.data() + categorical.outcomes + (set.slot - categorical.first_slot);
    for (const uint32_t word : set.words) {
      for (uint32_t bit = 0; bit < 32; ++bit, outcome += categorical.sets) {
        if ((word >> bit & 1) != 0) *outcome = 0;
      }
    }
  }

  BinTest TestOf(const Asked& asked, const TreeNode& node) const {
    return {asked.slots[WayOf(node)],
            static_cast<uint16_t>(asked.tree->Below(bins_.thresholds_.data(), node.threshold))};
  }

  const TreeEnsemble& model_;
  FeatureBins bins_;
  std::vector<Asked> asked_;             // by feature
  std::vector<uint32_t> sets_of_nodes_;  // the categorical ones, in order
};

Result<FeatureBins> FeatureBins::Make(const TreeEnsemble& model, std::vector<BinTest>& tests) {
  return Maker(model).Make(tests);
}

}  // namespace fairline
