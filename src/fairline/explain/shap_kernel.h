// The constant tables of the quadrature and the walk over one tree. Private to explain/;
// docs/internals/shap.md defines every operation and its order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// What the walk needs of an inner node beyond TreeNode, in the same preorder.
struct ShapNode {
  double left_share = 0;           // z: the left child's part of both children's covers
  int32_t earlier = -1;            // nearest node above that tests the same feature, or -1
  bool earlier_went_left = false;  // the side of it this node is on
  double earlier_share = 1;        // z': of the earlier tests of its feature, on the sides taken
  uint32_t factors = 0;            // where its W, T, C start in ShapTree::factors
};

struct ShapTree {
  Tree tree;
  size_t number = 0;  // of the model's trees
  std::vector<ShapNode> nodes;
  size_t features_on_path = 0;  // the largest number of distinct features on a path
  double expected_value = 0;
  /// W, T and C at each point: first those of a feature's first test, then those of each node with
  /// an earlier test.
  std::vector<double> factors;
};

/// Everything but `factors`.
ShapTree MakeShapTree(const Tree& tree);
/// Fills `factors` for the quadrature points of the tree's group.
void FillFactors(const std::vector<double>& points, ShapTree& tree);

/// Reused by the walks of one thread.
struct ShapScratch {
  std::vector<uint8_t> went_left, counts;  // one per node
  std::vector<double> weight;              // P, one per node and point
  std::vector<double> split;               // a, likewise
  std::vector<double> value;               // G, likewise
  std::vector<double> leaves;              // two leaves' G
  void Reserve(size_t nodes, size_t points);
};

/// Adds one tree's attributions of a row to `sums`: `points` numbers per model feature, before the
/// quadrature's weights.
void WalkTree(const ShapTree& tree, size_t points, std::span<const double> features,
              ShapScratch& scratch, double* sums);

}  // namespace fairline
