#include "fairline/explain/interventional_shap.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>

#include "fairline/models/random_trees_test.h"

namespace fairline {
namespace {

/// `rows` rows of numbers, one after another.
std::vector<double> MakeBackground(RandomTrees& random, size_t rows) {
  std::vector<double> background;
  for (size_t i = 0; i < rows; ++i) {
    const std::vector<double> row = random.MakeRow();
    background.insert(background.end(), row.begin(), row.end());
  }
  return background;
}

std::vector<double> Explain(const TreeEnsemble& model, const std::vector<double>& background,
                            const std::vector<double>& row) {
  std::vector<double> attributions(row.size(), 7);
  InterventionalShap::Make(model, background).value().Explain(row, attributions);
  return attributions;
}

/// What a coalition is worth: the mean raw score once the background's rows have its values.
long double Worth(const TreeEnsemble& model, const std::vector<double>& background,
                  const std::vector<double>& row, size_t coalition) {
  long double sum = 0;
  for (size_t at = 0; at < background.size(); at += row.size()) {
    std::vector<double> mixed(background.begin() + at, background.begin() + at + row.size());
    for (size_t f = 0; f < row.size(); ++f) {
      if (coalition >> f & 1) mixed[f] = row[f];
    }
    for (const Tree& tree : model.trees) sum += tree.leaf_values[LeafOf(tree, mixed)];
  }
  return sum / static_cast<long double>(background.size() / row.size());
}

/// Shapley values by their definition (Shapley 1953).
std::vector<long double> BruteForce(const TreeEnsemble& model,
                                    const std::vector<double>& background,
                                    const std::vector<double>& row) {
  const size_t features = row.size();
  std::vector<long double> worth(size_t{1} << features), values(features);
  for (size_t s = 0; s < worth.size(); ++s) worth[s] = Worth(model, background, row, s);
  for (size_t s = 0; s < worth.size(); ++s) {
    const auto size = static_cast<size_t>(std::popcount(s));
    const long double weight = std::tgamma(size + 1.0L) * std::tgamma(features - size + 0.0L) /
                               std::tgamma(features + 1.0L);
    for (size_t f = 0; f < features; ++f) {
      if (!(s >> f & 1)) values[f] += weight * (worth[s | size_t{1} << f] - worth[s]);
    }
  }
  return values;
}

TEST(InterventionalShap, EqualsBruteForceShapleyValues) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const size_t features = 1 + seed % 10;
    RandomTrees random(seed, features);
    const TreeEnsemble model = random.MakeModel(4, 10);
    const auto background = MakeBackground(random, 1 + seed % 7);
    const std::vector<double> row = random.MakeRow();
    const auto expected = BruteForce(model, background, row);
    const auto attributions = Explain(model, background, row);
    const double tolerance = 1e-12 * std::max(1.0, std::abs(RawScore(model, row)));
    for (size_t f = 0; f < features; ++f) {
      EXPECT_NEAR(attributions[f], static_cast<double>(expected[f]), tolerance)
          << "seed " << seed << ", feature " << f;
    }
  }
}

RC_GTEST_PROP(InterventionalShap, BaseAndAttributionsAddUpToTheRawScore, ()) {
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const auto features = *rc::gen::inRange<size_t>(1, 60);
  RandomTrees random(seed, features);
  const TreeEnsemble model = random.MakeModel(5, 12);
  const auto background = MakeBackground(random, *rc::gen::inRange<size_t>(1, 40));
  const auto shap = InterventionalShap::Make(model, background).value();
  const std::vector<double> row = random.MakeRow();
  std::vector<double> attributions(features);
  shap.Explain(row, attributions);
  double sum = shap.base();
  for (const double attribution : attributions) sum += attribution;
  const double raw_score = RawScore(model, row);
  RC_ASSERT(std::abs(sum - raw_score) <= 1e-12 * std::max(1.0, std::abs(raw_score)));
}

RC_GTEST_PROP(InterventionalShap, IsTheMeanOverTheRowsOfTheBackground, ()) {
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const size_t features = 6, rows = 20;
  RandomTrees random(seed, features);
  const TreeEnsemble model = random.MakeModel(3, 8);
  const auto background = MakeBackground(random, rows);
  const std::vector<double> row = random.MakeRow();
  std::vector<double> mean(features);
  for (size_t i = 0; i < rows; ++i) {
    const auto* one = background.data() + i * features;
    const auto against_one = Explain(model, {one, one + features}, row);
    for (size_t f = 0; f < features; ++f) mean[f] += against_one[f] / rows;
  }
  const auto attributions = Explain(model, background, row);
  for (size_t f = 0; f < features; ++f) RC_ASSERT(std::abs(attributions[f] - mean[f]) <= 1e-12);
}

RC_GTEST_PROP(InterventionalShap, ARowAgainstItselfHasNothingToAttribute, ()) {
  RandomTrees random(*rc::gen::arbitrary<uint64_t>(), 8);
  const TreeEnsemble model = random.MakeModel(5, 10);
  const std::vector<double> row = random.MakeRow();
  RC_ASSERT(Explain(model, row, row) == std::vector<double>(8, 0.0));
}

RC_GTEST_PROP(InterventionalShap, FeaturesThatNoTreeTestsGetZero, ()) {
  RandomTrees random(*rc::gen::arbitrary<uint64_t>(), 8);
  TreeEnsemble model = random.MakeModel(5, 10);
  for (Tree& tree : model.trees) {
    for (TreeNode& node : tree.nodes) node.feature = node.feature / 2 * 2;
  }
  const auto attributions = Explain(model, MakeBackground(random, 10), random.MakeRow());
  for (size_t f = 1; f < attributions.size(); f += 2) RC_ASSERT(attributions[f] == 0.0);
}

TEST(InterventionalShap, TwoFeaturesThatActTogetherShareAlike) {
  // 6 if A and B are both above 1, else 0.
  Tree tree;
  tree.nodes = {{.feature = 0, .threshold = 1, .left = ~0, .right = 1},
                {.feature = 1, .threshold = 1, .left = ~1, .right = ~2}};
  tree.leaf_values = {0, 0, 6};
  const TreeEnsemble model{.feature_names = {"A", "B"}, .trees = {tree}};
  EXPECT_EQ(Explain(model, {0, 0}, {2, 2}), (std::vector<double>{3, 3}));
  EXPECT_EQ(Explain(model, {2, 0}, {2, 2}), (std::vector<double>{0, 6}));
  EXPECT_EQ(Explain(model, {2, 2}, {0, 0}), (std::vector<double>{-3, -3}));
  EXPECT_EQ(Explain(model, {0, 0, 2, 0}, {2, 2}), (std::vector<double>{1.5, 4.5}));
}

TEST(InterventionalShap, TreesWithoutSplitsOnlyMoveTheBase) {
  TreeEnsemble model{.feature_names = {"A"}};
  model.trees.resize(2);
  model.trees[0].leaf_values = {0.25};
  model.trees[1].leaf_values = {-1};
  EXPECT_EQ(Explain(model, {1, 2}, {3}), std::vector<double>{0});
  EXPECT_EQ(InterventionalShap::Make(model, std::vector<double>{1, 2})->base(), -0.75);
}

TEST(InterventionalShap, PathsHaveAtMost64Features) {
  for (const size_t features : {64u, 65u}) {
    RandomTrees random(features, features);
    TreeEnsemble model = random.MakeModel(0, 0);
    model.trees.push_back(random.MakeChain());
    const auto background = MakeBackground(random, 50);
    const auto shap = InterventionalShap::Make(model, background);
    ASSERT_EQ(shap.has_value(), features == 64);
    if (!shap) {
      EXPECT_EQ(shap.error().code, ErrorCode::kUnsupported);
      EXPECT_NE(shap.error().message.find("64 features"), std::string::npos);
      continue;
    }
    // All thresholds lie below 30: this row goes right everywhere, past all 64 features.
    const std::vector<double> row(features, 99);
    std::vector<double> attributions(features);
    shap->Explain(row, attributions);
    double sum = shap->base();
    for (const double attribution : attributions) sum += attribution;
    EXPECT_NEAR(sum, RawScore(model, row), 1e-12);
  }
}

TEST(InterventionalShap, MemoryForTheBackgroundIsLimited) {
  RandomTrees random(1, 8);
  const TreeEnsemble model = random.MakeModel(10, 8);
  const auto background = MakeBackground(random, 100);
  const auto shap = InterventionalShap::Make(model, background, 1000);
  ASSERT_FALSE(shap);
  EXPECT_EQ(shap.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(shap.error().message.find("100 rows"), std::string::npos);
}

}  // namespace
}  // namespace fairline
