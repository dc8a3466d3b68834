// Walks the trees row by row, in LightGBM's order of operations.
#include "fairline/models/tree_ensemble.h"

#include <cmath>

namespace fairline {
namespace {

bool CategoryGoesLeft(const Tree& tree, const TreeNode& node, double value) {
  constexpr double kCategories = 2147483648.0;
  // The comparison is false for NaN too. -0.5 is category 0, since LightGBM cuts towards zero.
  if (!(value > -1.0 && value < kCategories)) return false;
  const uint32_t category = value <= 0 ? 0 : static_cast<uint32_t>(value);
  const uint32_t word = category / 32;
  if (word >= node.category_end - node.category_begin) return false;
  return (tree.category_bits[node.category_begin + word] >> (category % 32)) & 1;
}

}  // namespace

bool GoesLeft(const Tree& tree, const TreeNode& node, double value) {
  if (node.categorical) return CategoryGoesLeft(tree, node, value);
  if (std::isnan(value)) {
    if (node.missing == MissingType::kNan) return node.default_left;
    value = 0;
  }
  if (node.missing == MissingType::kZero && std::abs(value) <= kZeroThreshold) {
    return node.default_left;
  }
  return value <= node.threshold;
}

size_t LeafOf(const Tree& tree, std::span<const double> features) {
  if (tree.nodes.empty()) return 0;
  int32_t child = 0;
  while (child >= 0) {
    const TreeNode& node = tree.nodes[child];
    child = GoesLeft(tree, node, features[node.feature]) ? node.left : node.right;
  }
  return static_cast<size_t>(~child);
}

double RawScore(const TreeEnsemble& model, std::span<const double> features) {
  double sum = 0;
  for (const Tree& tree : model.trees) sum += tree.leaf_values[LeafOf(tree, features)];
  return sum;
}

double LogOdds(const TreeEnsemble& model, double raw_score) {
  if (model.average) raw_score /= static_cast<double>(model.trees.size());
  return model.sigmoid * raw_score;
}

}  // namespace fairline
