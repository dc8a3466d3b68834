// Every engine gives the reference's bits, for models of every shape, row by row and in batches.
// The AVX-512 kernel is emulated here (plane_avx512_emulated_test.cc).
#include "fairline/models/engine/score_engine.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "fairline/core/random.h"
#include "fairline/models/random_trees_test.h"
#include "fairline/models/real_model_test.h"

namespace fairline {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Engine kAllEngines[] = {Engine::kReference, Engine::kPortable, Engine::kAvx2,
                                  Engine::kAvx512};

bool Emulated(Engine engine) {
  return engine == Engine::kAvx512 || std::ranges::find(Engines(), engine) != Engines().end();
}

/// Values at which a test may turn: thresholds and their neighbours, everything that may count as
/// missing, categories at the borders of their range.
double AwkwardValue(const TreeEnsemble& model, Random& random) {
  const double fixed[] = {kNan,
                          kInfinity,
                          -kInfinity,
                          0.0,
                          -0.0,
                          1e-35,
                          -1e-36,
                          2e-35f,
                          -0.5,
                          -1,
                          -1.5,
                          31,
                          32,
                          63.9,
                          64,
                          255,
                          256,
                          65536,
                          1e300,
                          2147483648.0,
                          4294967296.0,
                          1e-300,
                          kZeroThreshold,
                          -kZeroThreshold};
  if (random.Below(2) == 0 || model.trees.empty()) return fixed[random.Below(std::size(fixed))];
  const Tree& tree = model.trees[random.Below(model.trees.size())];
  if (tree.nodes.empty()) return 0;
  const double threshold = tree.nodes[random.Below(tree.nodes.size())].threshold;
  const double neighbours[] = {threshold, std::nextafter(threshold, kInfinity),
                               std::nextafter(threshold, -kInfinity)};
  return neighbours[random.Below(3)];
}

/// Compares each engine with the reference on rows drawn for the model.
void ExpectSameBits(const TreeEnsemble& model, size_t rows, uint64_t seed) {
  Random random(seed);
  const size_t width = model.feature_names.size();
  std::vector<double> values(rows * width), by_column(rows * width), expected(rows);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t f = 0; f < width; ++f) {
      by_column[f * rows + r] = values[r * width + f] = AwkwardValue(model, random);
    }
    expected[r] = RawScore(model, {&values[r * width], width});
  }
  std::vector<const double*> in_rows(width), in_columns(width);
  for (size_t f = 0; f < width; ++f) {
    in_rows[f] = values.data() + f;
    in_columns[f] = by_column.data() + f * rows;
  }
  for (const Engine engine : kAllEngines) {
    if (!Emulated(engine)) continue;
    const auto scores = CompileScores(model, engine);
    SCOPED_TRACE(testing::Message()
                 << EngineName(engine) << ": " << scores->what() << ", seed " << seed);
    std::vector<double> batch(rows), columns(rows);
    scores->RawScores({in_rows, width}, batch);
    scores->RawScores({in_columns, 1}, columns);
    for (size_t r = 0; r < rows; ++r) {
      ASSERT_EQ(scores->RawScore({&values[r * width], width}), expected[r]) << "row " << r;
    }
    ASSERT_EQ(0, std::memcmp(batch.data(), expected.data(), rows * sizeof(double)));
    ASSERT_EQ(0, std::memcmp(columns.data(), expected.data(), rows * sizeof(double)));
  }
}

TEST(ScoreEngine, GivesTheSameBitsForRandomModels) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomTrees trees(seed, 1 + seed % 23);
    ExpectSameBits(trees.MakeModel(1 + seed % 70, 1 + seed % 9), 70, seed);
  }
}

TEST(ScoreEngine, ScoresAnyNumberOfRows) {
  RandomTrees trees(5, 7);
  const TreeEnsemble model = trees.MakeModel(20, 5);
  for (const size_t rows : {0, 1, 7, 63, 64, 65, 128, 300}) ExpectSameBits(model, rows, rows);
}

/// A tree that asks one feature in halves: `leaves` of them, as deep as the logarithm.
int32_t GrowBalanced(Tree& tree, int32_t feature, size_t begin, size_t end) {
  if (end - begin == 1) {
    tree.leaf_values.push_back(std::sin(static_cast<double>(begin)));
    tree.leaf_covers.push_back(1);
    return ~static_cast<int32_t>(tree.leaf_values.size() - 1);
  }
  const size_t middle = begin + (end - begin) / 2;
  const auto place = static_cast<int32_t>(tree.nodes.size());
  tree.nodes.push_back({.feature = feature,
                        .default_left = begin % 3 == 0,
                        .missing = MissingType::kNan,
                        .threshold = static_cast<double>(middle) / 7,
                        .cover = static_cast<double>(end - begin)});
  const int32_t left = GrowBalanced(tree, feature, begin, middle);
  tree.nodes[place].left = left;
  const int32_t right = GrowBalanced(tree, feature, middle, end);
  tree.nodes[place].right = right;
  return place;
}

TreeEnsemble Balanced(std::initializer_list<size_t> leaves) {
  TreeEnsemble model;
  for (const size_t count : leaves) {
    const auto feature = static_cast<int32_t>(model.feature_names.size());
    model.feature_names.push_back("F" + std::to_string(feature));
    GrowBalanced(model.trees.emplace_back(), feature, 0, count);
  }
  return model;
}

TEST(ScoreEngine, ScoresTreesOfEverySize) {
  ExpectSameBits(Balanced({1, 2, 8, 9, 16, 17, 31, 32, 33, 63, 64}), 200, 1);
  ExpectSameBits(Balanced({64, 65, 2}), 200, 2);           // too large for planes
  ExpectSameBits(Balanced({127, 128, 129, 3}), 200, 3);    // too large for small nodes
  ExpectSameBits(Balanced({254, 255, 256, 257}), 200, 4);  // around the thresholds of a byte
  ExpectSameBits(Balanced({20'000, 31}), 200, 5);
  ExpectSameBits(Balanced({70'000}), 200, 6);  // more thresholds than bins can count
}

TEST(ScoreEngine, ScoresSmallTreesThatAskOneFeatureManyThings) {
  TreeEnsemble model{.feature_names = {"F0"}};
  for (size_t t = 0; t < 80; ++t) {
    Tree& tree = model.trees.emplace_back();
    GrowBalanced(tree, 0, 0, 20);
    for (TreeNode& node : tree.nodes) node.threshold += static_cast<double>(t) / 80;
  }
  ExpectSameBits(model, 300, 8);
}

TEST(ScoreEngine, ScoresDeepTrees) {
  RandomTrees trees(9, 40);
  TreeEnsemble model = trees.MakeModel(3, 4);
  for (int i = 0; i < 20; ++i) model.trees.push_back(trees.MakeChain());
  ExpectSameBits(model, 100, 7);
}

TEST(ScoreEngine, ScoresManyCategories) {
  Random random(11);
  for (const uint32_t categories : {1U, 64U, 65U, 1000U, 40'000U, 70'000U}) {
    TreeEnsemble model;
    model.feature_names = {"A", "B"};
    for (int t = 0; t < 40; ++t) {
      Tree tree;
      TreeNode node{.feature = t % 2, .categorical = true, .left = ~0, .right = ~1};
      for (uint32_t word = 0; word <= categories / 32; ++word) {
        tree.category_bits.push_back(static_cast<uint32_t>(random.NextUint64()));
      }
      node.category_end = static_cast<uint32_t>(tree.category_bits.size());
      tree.nodes = {node};
      tree.leaf_values = {random.Normal(), random.Normal()};
      tree.leaf_covers = {1, 1};
      model.trees.push_back(tree);
    }
    ExpectSameBits(model, 300, categories);
  }
}

TEST(ScoreEngine, ScoresModelsWithoutTreesOrSplits) {
  TreeEnsemble model;
  model.feature_names = {"A"};
  ExpectSameBits(model, 3, 1);
  model.trees.resize(100);
  for (size_t i = 0; i < model.trees.size(); ++i) {
    model.trees[i].leaf_values = {0.1 * static_cast<double>(i)};
  }
  ExpectSameBits(model, 3, 2);
}

TEST(ScoreEngine, ScoresARealModel) {
  if (const auto model = RealModel()) ExpectSameBits(*model, 300, 1);
}

TEST(Engine, IsChosenByName) {
  EXPECT_EQ(ParseEngine("auto").value(), FastestEngine());
  EXPECT_EQ(ParseEngine("portable").value(), Engine::kPortable);
  EXPECT_EQ(ParseEngine("turbo").error().code, ErrorCode::kInvalidArgument);
  for (const Engine engine : kAllEngines) {
    const auto parsed = ParseEngine(EngineName(engine));
    if (parsed) {
      EXPECT_EQ(*parsed, engine);
    } else {
      EXPECT_EQ(parsed.error().code, ErrorCode::kUnsupported);
    }
  }
}

}  // namespace
}  // namespace fairline
