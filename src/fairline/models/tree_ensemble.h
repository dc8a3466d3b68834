// A tree ensemble as the model file describes it: inspectable, not fast. Engines are built from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

enum class MissingType : uint8_t { kNone, kZero, kNan };

/// LightGBM takes every number at most this far from zero for zero (a float constant there).
inline constexpr double kZeroThreshold = 1e-35f;

/// An inner node. Children >= 0 are inner nodes, children < 0 are leaves: leaf index = ~child.
struct TreeNode {
  int32_t feature = 0;
  bool categorical = false;
  bool default_left = false;
  MissingType missing = MissingType::kNone;
  double threshold = 0;         // numeric: left iff value <= threshold
  uint32_t category_begin = 0;  // categorical: words [begin, end) of Tree::category_bits
  uint32_t category_end = 0;    //   hold the set of categories that go left
  int32_t left = 0, right = 0;
  double cover = 0;  // training rows that reached the node
};

struct Tree {
  std::vector<TreeNode> nodes;  // depth-first preorder: a node, its left subtree, its right subtree
  std::vector<double> leaf_values;
  std::vector<double> leaf_covers;
  std::vector<uint32_t> category_bits;
};

/// A binary classifier's trees. The sum of the leaves is taken in tree order, started from 0.0. Of
/// boosted trees it is the raw score; the log-odds are sigmoid * sum, or sigmoid * (sum / number of
/// trees) if `average` (LightGBM's random forests); the model score is 1/(1+e^-log_odds). Where the
/// leaves are `probabilities` (forests of other libraries, and ours) raw score and model score are
/// sum / number of trees.
struct TreeEnsemble {
  std::vector<std::string> feature_names;
  std::vector<Tree> trees;
  double sigmoid = 1;
  bool average = false;
  bool probabilities = false;
};

/// Which child the row takes: true = left. The rules are LightGBM's: without a missing type NaN is
/// read as 0; categories are cut to whole numbers; NaN, categories below 0, above 2^31-1 or not in
/// the node's set go right.
bool GoesLeft(const Tree& tree, const TreeNode& node, double value);
/// Index of the leaf the row falls into.
size_t LeafOf(const Tree& tree, std::span<const double> features);
/// The sum of the row's leaves: bit-identical to LightGBM's raw score (`predict(raw_score=True)`)
/// of boosted trees.
double RawScore(const TreeEnsemble& model, std::span<const double> features);
/// The log-odds of default that the sum stands for, before any calibration; not for a model whose
/// leaves are probabilities.
double LogOdds(const TreeEnsemble& model, double raw_score);

}  // namespace fairline
