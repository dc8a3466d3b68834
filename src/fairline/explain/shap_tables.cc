// The constant part of the quadrature: everything that does not depend on the row.
#include <algorithm>
#include <cmath>

#include "fairline/explain/shap_kernel.h"

namespace fairline {
namespace {

double Cover(const Tree& tree, int32_t child) {
  return child >= 0 ? tree.nodes[child].cover : tree.leaf_covers[~child];
}

/// A node whose children no training row reached sends half of the rows each way.
double LeftShare(const Tree& tree, const TreeNode& node) {
  const double left = Cover(tree, node.left), right = Cover(tree, node.right);
  return left + right == 0 ? 0.5 : left / (left + right);
}

/// From the leaves up: E = z E_left + (1 - z) E_right.
double ExpectedValue(const ShapTree& tree) {
  const auto& leaves = tree.tree.leaf_values;
  if (tree.nodes.empty()) return leaves[0];
  std::vector<double> expected(tree.nodes.size());
  const auto of = [&](int32_t child) { return child >= 0 ? expected[child] : leaves[~child]; };
  for (size_t i = tree.nodes.size(); i-- > 0;) {
    const double left = of(tree.tree.nodes[i].left), right = of(tree.tree.nodes[i].right);
    expected[i] = std::fma(tree.nodes[i].left_share, left - right, right);
  }
  return expected[0];
}

/// Which node above each node tests the same feature, and how many features a path has.
void LinkEarlierTests(ShapTree& tree) {
  struct Above {
    int32_t parent = -1;
    bool is_left = false;
    size_t features = 0;  // distinct ones from the root down to this node
  };
  const auto& nodes = tree.tree.nodes;
  std::vector<Above> above(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    ShapNode& node = tree.nodes[i];
    const auto self = static_cast<int32_t>(i);
    for (int32_t child = self; above[child].parent >= 0; child = above[child].parent) {
      const int32_t parent = above[child].parent;
      if (nodes[parent].feature != nodes[i].feature) continue;
      node.earlier = parent;
      node.earlier_went_left = above[child].is_left;
      break;
    }
    if (above[i].parent >= 0) above[i].features = above[above[i].parent].features;
    if (node.earlier < 0) ++above[i].features;
    tree.features_on_path = std::max(tree.features_on_path, above[i].features);
    if (nodes[i].left >= 0) above[nodes[i].left] = {self, true};
    if (nodes[i].right >= 0) above[nodes[i].right] = {self, false};
  }
}

}  // namespace

ShapTree MakeShapTree(const Tree& tree) {
  ShapTree made;
  made.tree = tree;
  made.nodes.resize(tree.nodes.size());
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    made.nodes[i].left_share = LeftShare(tree, tree.nodes[i]);
  }
  made.expected_value = ExpectedValue(made);
  LinkEarlierTests(made);
  return made;
}

void FillFactors(const std::vector<double>& points, ShapTree& tree) {
  const size_t count = points.size();
  tree.factors.assign(3 * count, 1);
  for (size_t q = 0; q < count; ++q) {
    tree.factors[q] = 1 - points[q];
    tree.factors[count + q] = points[q];
  }
  for (ShapNode& node : tree.nodes) {
    if (node.earlier < 0) continue;
    const ShapNode& earlier = tree.nodes[node.earlier];
    const double left = earlier.left_share;
    node.earlier_share = earlier.earlier_share * (node.earlier_went_left ? left : 1 - left);
    const double share = node.earlier_share;
    node.factors = static_cast<uint32_t>(tree.factors.size());
    tree.factors.resize(node.factors + 3 * count);
    double* factors = &tree.factors[node.factors];
    for (size_t q = 0; q < count; ++q) {
      const double unlikely = share * (1 - points[q]);
      const double inverse = 1 / (unlikely + points[q]);
      factors[q] = unlikely * inverse;
      factors[count + q] = points[q] * inverse;
      factors[2 * count + q] = share * inverse * inverse;
    }
  }
}

void ShapScratch::Reserve(size_t nodes, size_t points) {
  went_left.resize(std::max(went_left.size(), nodes));
  counts.resize(std::max(counts.size(), nodes));
  weight.resize(std::max(weight.size(), nodes * points));
  split.resize(weight.size());
  value.resize(weight.size());
  leaves.resize(std::max(leaves.size(), 2 * points));
}

}  // namespace fairline
