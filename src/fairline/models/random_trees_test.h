// Random trees and rows for tests: repeated features, categories, every missing
// type, nodes that no training row reached.
#pragma once

#include <cmath>
#include <limits>

#include "fairline/core/random.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

class RandomTrees {
 public:
  RandomTrees(uint64_t seed, size_t features) : random_(seed), features_(features) {}

  Tree MakeTree(size_t depth) {
    Tree tree;
    Grow(tree, depth, 1 + static_cast<double>(random_.Below(5000)));
    return tree;
  }

  TreeEnsemble MakeModel(size_t trees, size_t depth) {
    TreeEnsemble model;
    for (size_t i = 0; i < features_; ++i) model.feature_names.push_back("F" + std::to_string(i));
    for (size_t i = 0; i < trees; ++i) model.trees.push_back(MakeTree(random_.Below(depth + 1)));
    return model;
  }

  /// One path through every feature, with a leaf at each of its nodes: as many quadrature points as
  /// the features allow.
  Tree MakeChain() {
    Tree tree;
    const auto length = static_cast<int32_t>(features_);
    for (int32_t i = 0; i < length; ++i) {
      TreeNode node{.feature = i, .threshold = static_cast<double>(random_.Below(30))};
      node.left = ~i;
      node.right = i + 1 < length ? i + 1 : ~length;
      node.cover = 4.0 * (length - i);
      tree.nodes.push_back(node);
      tree.leaf_values.push_back(random_.Normal());
      tree.leaf_covers.push_back(4);
    }
    tree.leaf_values.push_back(random_.Normal());
    tree.leaf_covers.push_back(4);
    return tree;
  }

  /// A path through `depth` nodes that takes the features in turn, all of them before any again,
  /// with a small tree at each side of it.
  Tree MakeDeepTree(size_t depth) {
    Tree tree;
    GrowDeep(tree, depth, 1 + static_cast<double>(random_.Below(100'000)));
    return tree;
  }

  std::vector<double> MakeRow() {
    std::vector<double> row(features_);
    for (double& value : row) {
      value = random_.Below(5) == 0 ? std::numeric_limits<double>::quiet_NaN()
                                    : static_cast<double>(random_.Below(40)) - 4;
    }
    return row;
  }

 private:
  /// Appends a subtree in preorder and gives its place: a node, or ~leaf.
  int32_t Grow(Tree& tree, size_t depth, double cover) {
    if (depth == 0 || random_.Below(8) == 0) {
      tree.leaf_values.push_back(random_.Normal());
      tree.leaf_covers.push_back(cover);
      return ~static_cast<int32_t>(tree.leaf_values.size() - 1);
    }
    const auto place = static_cast<int32_t>(tree.nodes.size());
    tree.nodes.push_back(MakeNode(tree, cover));
    // One node in ten sends nobody to one side, so that whole subtrees have no cover.
    const double left_cover =
        random_.Below(10) == 0
            ? 0
            : static_cast<double>(random_.Below(static_cast<uint64_t>(cover) + 1));
    const int32_t left = Grow(tree, depth - 1, left_cover);
    const int32_t right = Grow(tree, depth - 1, cover - left_cover);
    tree.nodes[place].left = left;
    tree.nodes[place].right = right;
    return place;
  }

  int32_t GrowDeep(Tree& tree, size_t depth, double cover) {
    if (depth == 0) return Grow(tree, 0, cover);
    const auto place = static_cast<int32_t>(tree.nodes.size());
    tree.nodes.push_back(MakeNode(tree, cover));
    tree.nodes[place].feature = static_cast<int32_t>(depth % features_);
    const bool deep_left = random_.Below(2) == 0;
    const double left_cover = std::floor(cover * random_.Uniform());
    const auto grow = [&](bool deep, double part) {
      return deep ? GrowDeep(tree, depth - 1, part) : Grow(tree, 2, part);
    };
    const int32_t left = grow(deep_left, left_cover);
    const int32_t right = grow(!deep_left, cover - left_cover);
    tree.nodes[place].left = left;
    tree.nodes[place].right = right;
    return place;
  }

  TreeNode MakeNode(Tree& tree, double cover) {
    TreeNode node;
    node.feature = static_cast<int32_t>(random_.Below(features_));
    node.cover = cover;
    node.categorical = random_.Below(4) == 0;
    node.missing = static_cast<MissingType>(random_.Below(3));
    node.default_left = random_.Below(2) == 0;
    node.threshold = static_cast<double>(random_.Below(30));
    if (node.categorical) {
      node.category_begin = static_cast<uint32_t>(tree.category_bits.size());
      tree.category_bits.push_back(static_cast<uint32_t>(random_.NextUint64()));
      node.category_end = static_cast<uint32_t>(tree.category_bits.size());
    }
    return node;
  }

  Random random_;
  size_t features_;
};

}  // namespace fairline
