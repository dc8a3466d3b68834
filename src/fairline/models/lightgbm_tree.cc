// The arrays of a section are indexed by the file's own node numbers (order of growth); the nodes
// of a Tree are in preorder. Leaves keep the file's numbers.
#include "fairline/models/lightgbm_tree.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

// Bits of decision_type: the lowest two, and the missing type in the two above them.
constexpr int64_t kCategoricalBit = 1;
constexpr int64_t kDefaultLeftBit = 2;
constexpr int kMissingTypeShift = 2;
constexpr int64_t kDecisionTypeMax = kCategoricalBit | kDefaultLeftBit | (2 << kMissingTypeShift);

// Leaves up to here add up to a finite raw score, whatever the number of trees.
constexpr double kLargestLeaf = 1e100;

/// LightGBM reads an input within kZeroThreshold of zero as zero. Moving a threshold that lies in
/// this gap to its end gives the same decision for every input without looking at the input.
double MoveOutOfZeroGap(double threshold) {
  if (std::abs(threshold) > kZeroThreshold) return threshold;
  return threshold >= 0 ? kZeroThreshold : std::nextafter(-kZeroThreshold, -1.0);
}

struct CategorySets {
  std::vector<int64_t> boundaries = {0};  // set i is words [boundaries[i], boundaries[i + 1])
  std::vector<uint32_t> words;

  size_t count() const { return boundaries.size() - 1; }
};

Result<CategorySets> ParseCategorySets(const LightGbmSection& section, size_t count) {
  CategorySets sets;
  if (count == 0) return sets;
  constexpr int64_t kWordsMax = int64_t{1} << 26;  // a bit for every category there can be
  sets.boundaries = FAIRLINE_TRY(section.Integers("cat_boundaries", count + 1, 0, kWordsMax));
  for (size_t i = 0; i < count; ++i) {
    if (sets.boundaries[i + 1] < sets.boundaries[i]) {
      return section.Fault("cat_boundaries",
                           fmt::format("value {} is below the one before", i + 1));
    }
  }
  if (sets.boundaries[0] != 0) return section.Fault("cat_boundaries", "does not start at 0");
  const auto words =
      FAIRLINE_TRY(section.Integers("cat_threshold", static_cast<size_t>(sets.boundaries[count]), 0,
                                    std::numeric_limits<uint32_t>::max()));
  sets.words.assign(words.begin(), words.end());
  return sets;
}

/// Nodes in the file's order, their children as the file numbers them.
Result<std::vector<TreeNode>> ParseNodes(const LightGbmSection& section, size_t leaves,
                                         size_t features, const CategorySets& sets) {
  const size_t count = leaves - 1;
  const int64_t last_node = static_cast<int64_t>(count) - 1;
  const int64_t last_leaf = -static_cast<int64_t>(leaves);
  constexpr int64_t kCoverMax = int64_t{1} << 53;
  const auto feature =
      FAIRLINE_TRY(section.Integers("split_feature", count, 0, static_cast<int64_t>(features) - 1));
  const auto threshold = FAIRLINE_TRY(section.Numbers("threshold", count));
  const auto decision = FAIRLINE_TRY(section.Integers("decision_type", count, 0, kDecisionTypeMax));
  const auto left = FAIRLINE_TRY(section.Integers("left_child", count, last_leaf, last_node));
  const auto right = FAIRLINE_TRY(section.Integers("right_child", count, last_leaf, last_node));
  const auto cover = FAIRLINE_TRY(section.Integers("internal_count", count, 0, kCoverMax));

  std::vector<TreeNode> nodes(count);
  size_t set = 0;
  for (size_t i = 0; i < count; ++i) {
    TreeNode& node = nodes[i];
    node.feature = static_cast<int32_t>(feature[i]);
    node.categorical = decision[i] & kCategoricalBit;
    node.default_left = decision[i] & kDefaultLeftBit;
    node.missing = static_cast<MissingType>(decision[i] >> kMissingTypeShift);
    node.left = static_cast<int32_t>(left[i]);
    node.right = static_cast<int32_t>(right[i]);
    node.cover = static_cast<double>(cover[i]);
    if (!node.categorical) {
      node.threshold = MoveOutOfZeroGap(threshold[i]);
      continue;
    }
    // LightGBM numbers the sets in the order of the nodes that ask for them.
    if (set == sets.count() || threshold[i] != static_cast<double>(set)) {
      return section.Fault("threshold",
                           fmt::format("value {} is not the number of its set of categories", i));
    }
    node.category_begin = static_cast<uint32_t>(sets.boundaries[set]);
    node.category_end = static_cast<uint32_t>(sets.boundaries[set + 1]);
    ++set;
  }
  if (set != sets.count()) {
    return section.Fault("num_cat", fmt::format("tells of {} sets of categories, {} are asked for",
                                                sets.count(), set));
  }
  return nodes;
}

/// Preorder by an own stack, since a hostile file may chain as many nodes as it likes.
Result<std::vector<TreeNode>> OrderNodes(const LightGbmSection& section,
                                         const std::vector<TreeNode>& nodes) {
  struct Pending {
    int32_t child;   // as the file numbers it
    int32_t parent;  // place in preorder, -1 for the root
    bool is_left;
    size_t depth;
  };
  std::vector<TreeNode> ordered;
  ordered.reserve(nodes.size());
  std::vector<bool> node_seen(nodes.size()), leaf_seen(nodes.size() + 1);
  std::vector<Pending> stack{{0, -1, true, 1}};
  while (!stack.empty()) {
    const Pending next = stack.back();
    stack.pop_back();
    const char* key = next.is_left ? "left_child" : "right_child";
    const bool is_leaf = next.child < 0;
    auto seen = is_leaf ? leaf_seen[~next.child] : node_seen[next.child];
    if (seen) {
      return section.Fault(
          key, fmt::format("{} is reached twice; the nodes do not form a tree", next.child));
    }
    seen = true;
    const int32_t place = is_leaf ? next.child : static_cast<int32_t>(ordered.size());
    if (next.parent >= 0) {
      TreeNode& parent = ordered[next.parent];
      (next.is_left ? parent.left : parent.right) = place;
    }
    if (is_leaf) continue;
    if (next.depth > limits::kTreeDepth) {
      return section.Fault(key, fmt::format("the tree is deeper than {}", limits::kTreeDepth));
    }
    const TreeNode& node = nodes[next.child];
    ordered.push_back(node);
    stack.push_back({node.right, place, false, next.depth + 1});
    stack.push_back({node.left, place, true, next.depth + 1});
  }
  if (ordered.size() != nodes.size()) {
    return section.Fault("left_child", fmt::format("{} of {} nodes cannot be reached",
                                                   nodes.size() - ordered.size(), nodes.size()));
  }
  return ordered;
}

}  // namespace

Result<Tree> ParseLightGbmTree(const LightGbmSection& section, size_t features) {
  const auto leaves = static_cast<size_t>(
      FAIRLINE_TRY(section.Integer("num_leaves", 1, int64_t{limits::kLeavesPerTree})));
  if (section.Has("is_linear") && FAIRLINE_TRY(section.Integer("is_linear", 0, 1)) != 0) {
    return section.Fault("is_linear", "linear trees are not supported", ErrorCode::kUnsupported);
  }
  Tree tree;
  tree.leaf_values = FAIRLINE_TRY(section.Numbers("leaf_value", leaves));
  for (const double value : tree.leaf_values) {
    if (std::abs(value) <= kLargestLeaf) continue;
    return section.Fault("leaf_value", fmt::format("{} is larger than {}", value, kLargestLeaf));
  }
  if (leaves == 1) {
    tree.leaf_covers = {0};
    return tree;
  }
  const auto set_count = static_cast<size_t>(
      FAIRLINE_TRY(section.Integer("num_cat", 0, static_cast<int64_t>(leaves) - 1)));
  CategorySets sets = FAIRLINE_TRY(ParseCategorySets(section, set_count));
  const auto nodes = FAIRLINE_TRY(ParseNodes(section, leaves, features, sets));
  tree.nodes = FAIRLINE_TRY(OrderNodes(section, nodes));
  tree.category_bits = std::move(sets.words);
  const auto covers = FAIRLINE_TRY(section.Integers("leaf_count", leaves, 0, int64_t{1} << 53));
  tree.leaf_covers.assign(covers.begin(), covers.end());
  return tree;
}

}  // namespace fairline
