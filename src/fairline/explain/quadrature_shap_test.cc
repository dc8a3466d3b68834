#include "fairline/explain/quadrature_shap.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <set>

#include "fairline/core/hash.h"
#include "fairline/models/random_trees_test.h"
#include "fairline/models/real_model_test.h"

namespace fairline {
namespace {

/// Shapley values by their definition (Shapley 1953) over the path-dependent game of TreeSHAP
/// (Lundberg et al. 2020): a feature outside the coalition splits by the covers.
class BruteForce {
 public:
  BruteForce(const Tree& tree, std::span<const double> row) : tree_(tree), row_(row) {
    std::set<int32_t> used;
    for (const TreeNode& node : tree.nodes) used.insert(node.feature);
    players_.assign(used.begin(), used.end());
  }

  void AddTo(std::vector<long double>& attributions) const {
    const size_t players = players_.size();
    std::vector<long double> worth(size_t{1} << players);
    for (size_t coalition = 0; coalition < worth.size(); ++coalition) {
      worth[coalition] =
          tree_.nodes.empty() ? (long double){tree_.leaf_values[0]} : Worth(coalition, 0);
    }
    for (size_t player = 0; player < players; ++player) {
      for (size_t coalition = 0; coalition < worth.size(); ++coalition) {
        if (coalition >> player & 1) continue;
        const auto size = static_cast<size_t>(__builtin_popcountll(coalition));
        const long double weight = 1 / (players * Choose(players - 1, size));
        attributions[players_[player]] +=
            weight * (worth[coalition | size_t{1} << player] - worth[coalition]);
      }
    }
  }

 private:
  static long double Choose(size_t n, size_t k) {
    long double result = 1;
    for (size_t i = 1; i <= k; ++i) result = result * (n - k + i) / i;
    return result;
  }

  long double Cover(int32_t child) const {
    return child >= 0 ? tree_.nodes[child].cover : tree_.leaf_covers[~child];
  }

  long double Worth(size_t coalition, int32_t at) const {
    if (at < 0) return tree_.leaf_values[~at];
    const TreeNode& node = tree_.nodes[at];
    size_t player = 0;
    while (players_[player] != node.feature) ++player;
    if (coalition >> player & 1) {
      return Worth(coalition, GoesLeft(tree_, node, row_[node.feature]) ? node.left : node.right);
    }
    const long double left = Cover(node.left), right = Cover(node.right);
    const long double share = left + right == 0 ? 0.5L : left / (left + right);
    return share * Worth(coalition, node.left) + (1 - share) * Worth(coalition, node.right);
  }

  const Tree& tree_;
  std::span<const double> row_;
  std::vector<int32_t> players_;
};

TEST(QuadratureShap, EqualsBruteForceShapleyValues) {
  double worst = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const size_t features = 1 + seed % 12;
    RandomTrees random(seed, features);
    const TreeEnsemble model = random.MakeModel(4, 10);
    const QuadratureShap shap(model);
    const std::vector<double> row = random.MakeRow();
    std::vector<long double> expected(features);
    for (const Tree& tree : model.trees) BruteForce(tree, row).AddTo(expected);
    std::vector<double> attributions(features);
    shap.Explain(row, attributions);
    const double tolerance = 1e-12 * std::max(1.0, std::abs(RawScore(model, row)));
    for (size_t f = 0; f < features; ++f) {
      const double difference = std::abs(attributions[f] - static_cast<double>(expected[f]));
      worst = std::max(worst, difference);
      EXPECT_LE(difference, tolerance) << "seed " << seed << ", feature " << f;
    }
  }
  RecordProperty("worst_difference", std::to_string(worst));
}

/// How far base plus attributions are from the raw score.
double AdditionError(const TreeEnsemble& model, const std::vector<double>& row) {
  const QuadratureShap shap(model);
  std::vector<double> attributions(row.size());
  shap.Explain(row, attributions);
  double sum = shap.base();
  for (const double attribution : attributions) sum += attribution;
  const double raw_score = RawScore(model, row);
  return std::abs(sum - raw_score) / std::max(1.0, std::abs(raw_score));
}

RC_GTEST_PROP(QuadratureShap, BaseAndAttributionsAddUpToTheRawScore, ()) {
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const auto features = *rc::gen::inRange<size_t>(1, 60);
  RandomTrees random(seed, features);
  const TreeEnsemble model = random.MakeModel(5, 12);
  RC_ASSERT(AdditionError(model, random.MakeRow()) <= 1e-9);
}

TEST(QuadratureShap, AddsUpOnPathsOfManyFeatures) {
  for (const size_t features : {17u, 18u, 40u, 101u, 512u}) {
    RandomTrees random(features, features);
    TreeEnsemble model = random.MakeModel(0, 0);
    model.trees.push_back(random.MakeChain());
    EXPECT_LE(AdditionError(model, random.MakeRow()), 1e-12) << features;
  }
}

TEST(QuadratureShap, TreesWithoutSplitsOnlyMoveTheBase) {
  TreeEnsemble model;
  model.feature_names = {"A"};
  model.trees.resize(2);
  model.trees[0].leaf_values = {0.25};
  model.trees[1].leaf_values = {-1};
  const QuadratureShap shap(model);
  const std::vector<double> row = {3};
  std::vector<double> attributions = {7};
  shap.Explain(row, attributions);
  EXPECT_EQ(shap.base(), -0.75);
  EXPECT_EQ(attributions[0], 0);
}

TEST(QuadratureShap, ChildrenWithoutCoverWeighOneHalf) {
  TreeEnsemble model;
  model.feature_names = {"A"};
  Tree tree;
  tree.nodes.push_back({.threshold = 1, .left = ~0, .right = ~1});
  tree.leaf_values = {2, 4};
  tree.leaf_covers = {0, 0};
  model.trees = {tree};
  const QuadratureShap shap(model);
  const std::vector<double> row = {0};
  std::vector<double> attributions(1);
  shap.Explain(row, attributions);
  EXPECT_EQ(shap.base(), 3);
  EXPECT_EQ(attributions[0], -1);
}

/// Attributions of a few rows by each engine, which must have the portable one's bits.
void ExpectSameBits(const TreeEnsemble& model, RandomTrees& random, uint64_t seed) {
  const QuadratureShap portable(model, Engine::kPortable);
  for (const Engine engine : {Engine::kAvx2, Engine::kAvx512}) {
    // The AVX-512 kernel is emulated here (shap_avx512_emulated_test.cc).
    if (engine == Engine::kAvx2 && FastestEngine() < Engine::kAvx2) continue;
    const QuadratureShap shap(model, engine);
    ASSERT_EQ(shap.base(), portable.base());
    constexpr size_t kRows = 13;  // some blocks of rows and a single row, or a part of a block
    const size_t width = model.feature_names.size();
    std::vector<double> rows, expected(kRows * width), each(expected), together(expected);
    for (size_t begin = 0; begin < expected.size(); begin += width) {
      const std::vector<double> row = random.MakeRow();
      rows.insert(rows.end(), row.begin(), row.end());
      portable.Explain(row, std::span(expected).subspan(begin, width));
      shap.Explain(row, std::span(each).subspan(begin, width));
    }
    shap.ExplainRows(rows, together);
    ASSERT_EQ(0, std::memcmp(expected.data(), each.data(), each.size() * sizeof(double)))
        << EngineName(engine) << ", seed " << seed;
    ASSERT_EQ(0, std::memcmp(expected.data(), together.data(), each.size() * sizeof(double)))
        << EngineName(engine) << ", seed " << seed << ", by rows";
  }
}

TEST(QuadratureShap, EnginesGiveTheSameBits) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomTrees random(seed, 1 + seed % 29);
    ExpectSameBits(random.MakeModel(1 + seed % 40, 1 + seed % 13), random, seed);
  }
  for (const size_t features : {2u, 8u, 9u, 16u, 17u, 32u, 33u, 100u}) {
    RandomTrees random(features, features);
    TreeEnsemble model = random.MakeModel(10, 8);
    for (int i = 0; i < 3; ++i) model.trees.push_back(random.MakeChain());
    ExpectSameBits(model, random, features);
  }
}

TEST(QuadratureShap, HugeLeavesAreLeftToThePortableEngine) {
  RandomTrees random(3, 4);
  TreeEnsemble model = random.MakeModel(5, 5);
  model.trees.back().leaf_values[0] = 1e305;
  EXPECT_EQ(QuadratureShap(model, FastestEngine()).engine(), Engine::kPortable);
  ExpectSameBits(model, random, 3);
}

// Recorded decisions replay only as long as these bits stay: a failure here is a change of
// docs/internals/shap.md, not a value to update.
TEST(QuadratureShap, KeepsItsBits) {
  std::string bytes;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomTrees random(seed, 30);
    TreeEnsemble model = random.MakeModel(8, 14);
    model.trees.push_back(random.MakeChain());
    const QuadratureShap shap(model);
    const std::vector<double> row = random.MakeRow();
    std::vector<double> numbers(30);
    shap.Explain(row, numbers);
    numbers.push_back(shap.base());
    bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double));
  }
  EXPECT_EQ(Sha256Hex(bytes), "3618ca4387161905cb3fb7e7550e633171518edf9793cccf35c68648d349de5d");
}

TEST(QuadratureShap, AddsUpOnARealModel) {
  const auto model = RealModel();
  if (!model) return;
  Random random(1);
  std::vector<double> row(model->feature_names.size());
  for (int i = 0; i < 20; ++i) {
    for (double& value : row) value = random.Uniform();
    EXPECT_LE(AdditionError(*model, row), 1e-12);
  }
}

}  // namespace
}  // namespace fairline
