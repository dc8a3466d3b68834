// One tree, one row, all quadrature points side by side. The order of operations is fixed by
// docs/internals/shap.md; std::fma is written where one rounding is meant and nowhere else.
#include <cmath>

#include "fairline/explain/shap_kernel.h"

namespace fairline {
namespace {

/// The tests of the row, whether each one counts for its feature, and from the root down a (the
/// weight that goes left) and P (the weight of the path to the node).
void WalkDown(const ShapTree& tree, size_t points, std::span<const double> features,
              ShapScratch& scratch) {
  for (size_t q = 0; q < points; ++q) scratch.weight[q] = 1;
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.tree.nodes[i];
    const ShapNode& shap = tree.nodes[i];
    const bool left = GoesLeft(tree.tree, node, features[node.feature]);
    const bool counts = shap.earlier < 0 || (scratch.counts[shap.earlier] &&
                                             scratch.went_left[shap.earlier] ==
                                                 static_cast<uint8_t>(shap.earlier_went_left));
    scratch.went_left[i] = left;
    scratch.counts[i] = counts;
    const double* w = &tree.factors[shap.factors];
    const double* t = w + points;
    const double share = shap.left_share;
    double* a = &scratch.split[i * points];
    if (!counts) {
      for (size_t q = 0; q < points; ++q) a[q] = share;
    } else if (left) {
      for (size_t q = 0; q < points; ++q) a[q] = std::fma(share, w[q], t[q]);
    } else {
      for (size_t q = 0; q < points; ++q) a[q] = std::fma(share, w[q], 0.0);
    }
    const double* p = &scratch.weight[i * points];
    if (node.left >= 0) {
      double* p_left = &scratch.weight[static_cast<size_t>(node.left) * points];
      for (size_t q = 0; q < points; ++q) p_left[q] = p[q] * a[q];
    }
    if (node.right >= 0) {
      double* p_right = &scratch.weight[static_cast<size_t>(node.right) * points];
      for (size_t q = 0; q < points; ++q) p_right[q] = p[q] - p[q] * a[q];
    }
  }
}

/// G of a child: what the row is worth below it. A leaf's is the same at every point, and is put
/// into `leaf` to be read as the others are.
const double* ValueOf(const ShapTree& tree, int32_t child, size_t points, const double* values,
                      double* leaf) {
  if (child >= 0) return values + static_cast<size_t>(child) * points;
  const double value = tree.tree.leaf_values[~child];
  for (size_t q = 0; q < points; ++q) leaf[q] = value;
  return leaf;
}

/// From the last node to the root: G, and each counting test's attribution to its feature.
void WalkUp(const ShapTree& tree, size_t points, ShapScratch& scratch, double* sums) {
  double* values = scratch.value.data();
  double* left_leaf = scratch.leaves.data();
  double* right_leaf = left_leaf + points;
  for (size_t i = tree.nodes.size(); i-- > 0;) {
    const TreeNode& node = tree.tree.nodes[i];
    const ShapNode& shap = tree.nodes[i];
    const double* left = ValueOf(tree, node.left, points, values, left_leaf);
    const double* right = ValueOf(tree, node.right, points, values, right_leaf);
    const double* a = &scratch.split[i * points];
    double* value = values + i * points;
    for (size_t q = 0; q < points; ++q) value[q] = std::fma(a[q], left[q] - right[q], right[q]);
    if (!scratch.counts[i]) continue;
    const double gained = scratch.went_left[i] ? 1 - shap.left_share : -shap.left_share;
    const double* p = &scratch.weight[i * points];
    const double* c = &tree.factors[shap.factors] + 2 * points;
    double* sum = sums + static_cast<size_t>(node.feature) * points;
    for (size_t q = 0; q < points; ++q) {
      sum[q] = std::fma(p[q] * c[q] * gained, left[q] - right[q], sum[q]);
    }
  }
}

}  // namespace

void WalkTree(const ShapTree& tree, size_t points, std::span<const double> features,
              ShapScratch& scratch, double* sums) {
  WalkDown(tree, points, features, scratch);
  WalkUp(tree, points, scratch, sums);
}

}  // namespace fairline
