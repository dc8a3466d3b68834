// Attributions on paths of more features than brute force can count coalitions of, and where the
// recursions of other programs lose their digits: against the definition, summed leaf by leaf.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "fairline/explain/quadrature_shap.h"
#include "fairline/models/random_trees_test.h"
#include "fairline/models/real_model_test.h"

namespace fairline {
namespace {

/// A feature on the way to a leaf: whether the row passes all its tests there, and the product of
/// the shares of the children taken.
struct Player {
  bool passes = true;
  long double share = 1;
};

/// The definition of docs/internals/shap.md before it becomes an integral. Of the coalitions of one
/// size only the sum of their products is needed, which is a coefficient of the product of
/// (share + passes x). Shares, coefficients and weights are never negative, so nothing cancels:
/// what a leaf adds is right to about k roundings of a long double, 1e-17 for k = 100 features.
class LeafByLeaf {
 public:
  LeafByLeaf(const Tree& tree, std::span<const double> row, std::vector<long double>& attributions)
      : tree_(tree), row_(row), attributions_(attributions) {}

  size_t most_features() const { return most_features_; }

  void AddBelow(int32_t child, const std::map<int32_t, Player>& players) {
    if (child < 0) return AddLeaf(tree_.leaf_values[~child], players);
    const TreeNode& node = tree_.nodes[child];
    const bool goes_left = GoesLeft(tree_, node, row_[node.feature]);
    const long double left = Cover(node.left), right = Cover(node.right);
    for (const bool to_left : {true, false}) {
      std::map<int32_t, Player> extended = players;
      Player& player = extended[node.feature];
      player.passes = player.passes && goes_left == to_left;
      player.share *= left + right == 0 ? 0.5L : (to_left ? left : right) / (left + right);
      AddBelow(to_left ? node.left : node.right, extended);
    }
  }

 private:
  long double Cover(int32_t child) const {
    return child >= 0 ? tree_.nodes[child].cover : tree_.leaf_covers[~child];
  }

  void AddLeaf(double value, const std::map<int32_t, Player>& players) {
    most_features_ = std::max(most_features_, players.size());
    for (const auto& [feature, player] : players) {
      std::vector<long double> sums = {1};  // by size of the coalition
      for (const auto& [other, factor] : players) {
        if (other == feature) continue;
        sums.push_back(0);
        for (size_t size = sums.size(); size-- > 0;) {
          sums[size] =
              sums[size] * factor.share + (factor.passes && size > 0 ? sums[size - 1] : 0.0L);
        }
      }
      long double weight = 1.0L / players.size();  // size! (k - 1 - size)! / k!
      long double mean = 0;
      for (size_t size = 0; size < sums.size(); ++size) {
        mean += weight * sums[size];
        weight *= static_cast<long double>(size + 1) / (players.size() - 1 - size);
      }
      attributions_[feature] += value * ((player.passes ? 1 : 0) - player.share) * mean;
    }
  }

  const Tree& tree_;
  std::span<const double> row_;
  std::vector<long double>& attributions_;
  size_t most_features_ = 0;
};

/// Expects 1e-12 x max(1, |raw score|) of every engine; returns the longest path's features.
size_t ExpectTheDefinition(const TreeEnsemble& model, const std::vector<double>& row) {
  size_t most_features = 0;
  std::vector<long double> expected(row.size());
  for (const Tree& tree : model.trees) {
    LeafByLeaf sum(tree, row, expected);
    sum.AddBelow(tree.nodes.empty() ? ~0 : 0, {});
    most_features = std::max(most_features, sum.most_features());
  }
  const double tolerance = 1e-12 * std::max(1.0, std::abs(RawScore(model, row)));
  for (const Engine engine : Engines()) {
    std::vector<double> attributions(row.size());
    QuadratureShap(model, engine).Explain(row, attributions);
    for (size_t f = 0; f < row.size(); ++f) {
      const auto difference = static_cast<double>(attributions[f] - expected[f]);
      EXPECT_LE(std::abs(difference), tolerance) << EngineName(engine) << ", feature " << f;
    }
  }
  return most_features;
}

TEST(DeepPaths, HaveTheAttributionsOfTheDefinition) {
  for (const size_t features : {3u, 17u, 24u, 32u, 40u, 64u}) {
    for (uint64_t seed = 0; seed < 2; ++seed) {
      SCOPED_TRACE(testing::Message() << features << " features, seed " << seed);
      RandomTrees random(1000 * features + seed, features);
      TreeEnsemble model = random.MakeModel(1, 6);
      model.trees.push_back(random.MakeDeepTree(features + seed));
      model.trees.push_back(random.MakeDeepTree(2 * features));  // each feature twice
      for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(ExpectTheDefinition(model, random.MakeRow()), features);
      }
    }
  }
}

// As in forests that are grown until leaves are pure.
TEST(DeepPaths, OfFeaturesTestedManyTimesHaveTheAttributionsOfTheDefinition) {
  for (uint64_t seed = 0; seed < 4; ++seed) {
    RandomTrees random(seed, 4);
    TreeEnsemble model = random.MakeModel(3, 13);
    model.trees.push_back(random.MakeDeepTree(60));  // each feature fifteen times
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ExpectTheDefinition(model, random.MakeRow()), 4u);
  }
}

// The sums of a path on which every share is tiny or nearly one.
TEST(DeepPaths, OfTinySharesHaveTheAttributionsOfTheDefinition) {
  for (const double common : {1.0, 1e3, 1e9, 1e15}) {
    for (const bool rare_side : {false, true}) {
      RandomTrees random(7, 40);
      TreeEnsemble model = random.MakeModel(0, 0);
      Tree tree = random.MakeChain();
      for (size_t i = 0; i < tree.nodes.size(); ++i) {
        tree.leaf_covers[i] = rare_side ? common : 1;
        tree.nodes[i].cover = rare_side ? 1 : common;
        tree.nodes[i].threshold = i % 3 == 0 ? 1e9 : -1e9;
      }
      model.trees = {tree};
      EXPECT_EQ(ExpectTheDefinition(model, random.MakeRow()), 40u);
    }
  }
}

TEST(DeepPaths, OfWhichNobodyCameThroughHaveTheAttributionsOfTheDefinition) {
  RandomTrees random(3, 40);
  TreeEnsemble model = random.MakeModel(0, 0);
  model.trees = {random.MakeDeepTree(50)};
  for (TreeNode& node : model.trees[0].nodes) node.cover = 0;
  std::ranges::fill(model.trees[0].leaf_covers, 0);
  EXPECT_EQ(ExpectTheDefinition(model, random.MakeRow()), 40u);
}

TEST(DeepPaths, OfARealModelHaveTheAttributionsOfTheDefinition) {
  const auto model = RealModel();
  if (!model) return;
  Random random(1);
  std::vector<double> row(model->feature_names.size());
  for (double& value : row) value = random.Uniform();
  EXPECT_GT(ExpectTheDefinition(*model, row), 8u);
}

}  // namespace
}  // namespace fairline
