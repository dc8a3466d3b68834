// Every engine gives the bits of the model as it is written, for each class of model.
#include "fairline/models/engine/scorer.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "fairline/core/math.h"
#include "fairline/models/engine/bag_kernel.h"
#include "fairline/models/random_stumps_test.h"
#include "fairline/models/random_trees_test.h"

namespace fairline {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

void ExpectBits(const ModelOutput& output, const ModelOutput& expected) {
  const auto bits = [](double value) { return std::bit_cast<uint64_t>(value); };
  EXPECT_EQ(bits(output.raw_score), bits(expected.raw_score));
  EXPECT_EQ(bits(output.model_score), bits(expected.model_score));
  EXPECT_EQ(bits(output.log_odds), bits(expected.log_odds));
}

/// Row by row and together. Returns how they were scored last.
std::string ExpectTheModelsBits(const Model& model, const std::vector<std::vector<double>>& rows) {
  std::vector<const double*> columns;
  std::vector<double> values;
  const size_t width = FeatureNames(model).size();
  for (const auto& row : rows) values.insert(values.end(), row.begin(), row.end());
  for (size_t f = 0; f < width; ++f) columns.push_back(values.data() + f);
  std::string what;
  for (const Engine engine : Engines()) {
    const auto scorer = CompileScorer(model, engine);
    if (engine != Engine::kReference) what = scorer->what();
    SCOPED_TRACE(testing::Message() << EngineName(engine) << ": " << scorer->what());
    std::vector<ModelOutput> outputs(rows.size());
    scorer->ScoreRows({columns, width}, outputs);
    for (size_t r = 0; r < rows.size(); ++r) {
      const ModelOutput expected = OutputOf(model, rows[r]);
      ExpectBits(scorer->Score(rows[r]), expected);
      ExpectBits(outputs[r], expected);
    }
  }
  return what;
}

TEST(Scorer, GivesTheBitsOfRandomStumps) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    RandomStumps random(seed);
    const size_t features = 1 + seed % 13;
    const StumpEnsemble model = random.MakeModel(features, 1 + seed % 29, 1 + seed % 40);
    std::vector<std::vector<double>> rows;
    for (int i = 0; i < 60; ++i) rows.push_back(random.MakeRow(features));
    EXPECT_EQ(ExpectTheModelsBits(model, rows), "step tables");
  }
}

TEST(Scorer, GivesTheBitsOfStumpsAsLargeAsMargins) {
  RandomStumps random(3);
  StumpEnsemble model = random.MakeModel(4, 20, 9);
  for (StumpBag& bag : model.bags) {
    for (Stump& stump : bag.stumps) stump.left_vote *= random.random().Below(3) == 0 ? 1e99 : 500;
  }
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 200; ++i) rows.push_back(random.MakeRow(4));
  ExpectTheModelsBits(model, rows);
}

TEST(Scorer, ScoresStumpsOfManyCuts) {
  RandomStumps random(5);
  StumpEnsemble model = random.MakeModel(2, 1, 1);
  for (int i = 0; i < 100'000; ++i) {
    StumpBag& bag = model.bags.emplace_back();  // one cut each: the tables would take 80 GB
    bag.stumps.push_back({.feature = 0, .threshold = static_cast<double>(i)});
  }
  EXPECT_EQ(ExpectTheModelsBits(model, {random.MakeRow(2)}), "reference");
  model.bags.resize(1);
  for (int i = 0; i < 70'000; ++i) {
    model.bags[0].stumps.push_back({.feature = 0, .threshold = static_cast<double>(i)});
  }
  EXPECT_EQ(ExpectTheModelsBits(model, {random.MakeRow(2)}), "reference");
  for (Stump& stump : model.bags[0].stumps) stump.feature = 1;
  model.bags[0].stumps.resize(1'000);
  EXPECT_EQ(ExpectTheModelsBits(model, {random.MakeRow(2)}), "step tables");
}

TEST(Scorer, GivesTheBitsOfTreesOfAnyKind) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomTrees random(seed, 5);
    TreeEnsemble model = random.MakeModel(1 + seed, 6);
    std::vector<std::vector<double>> rows;
    for (int i = 0; i < 70; ++i) rows.push_back(random.MakeRow());
    model.sigmoid = 0.7;
    model.average = seed % 2 == 0;
    ExpectTheModelsBits(model, rows);
    model.average = false;
    model.probabilities = true;
    for (Tree& tree : model.trees) {
      for (double& value : tree.leaf_values) value = std::min(1.0, std::abs(value));
    }
    ExpectTheModelsBits(model, rows);
  }
}

Scorecard Card(bool rounded) {
  Scorecard card{.feature_names = {"age", "unused", "housing"}, .intercept = -2.25};
  card.rounded = rounded;
  const auto bin = [](BinTakes takes, double below, std::vector<int32_t> categories, double woe) {
    return ScorecardBin{.takes = takes,
                        .below = below,
                        .categories = std::move(categories),
                        .good = 10 + woe,
                        .bad = 3,
                        .woe = woe};
  };
  card.characteristics = {
      {.feature = 2,
       .categorical = true,
       .coefficient = -1.125,
       .bins = {bin(BinTakes::kValuesAndMissing, 0, {0, 4, 70'000}, 0.6),
                bin(BinTakes::kValues, 0, {1, 3}, -0.7)}},
      {.feature = 0,
       .coefficient = -0.75,
       .bins = {bin(BinTakes::kValues, 0, {}, -0.8), bin(BinTakes::kValues, 40, {}, 0.1),
                bin(BinTakes::kValues, kInfinity, {}, 1.1),
                bin(BinTakes::kMissing, kInfinity, {}, -0.9)}}};
  AssignPoints(card);
  return card;
}

TEST(Scorer, GivesTheBitsOfAScorecard) {
  std::vector<std::vector<double>> rows;
  for (const double age : {-1.0, -0.0, 0.0, 39.999, 40.0, 1e300, -kInfinity, kInfinity, kNan}) {
    for (const double housing : {0.0, -0.5, -1.0, 1.0, 1.9, 2.0, 3.0, 70'000.0, 1e12, kNan}) {
      rows.push_back({age, kNan, housing});
    }
  }
  for (const bool rounded : {false, true}) {
    EXPECT_EQ(ExpectTheModelsBits(Card(rounded), rows), "scorecard");
  }
}

TEST(ModelOutput, OfAForestOfProbabilitiesIsTheirMean) {
  TreeEnsemble model{.feature_names = {"A"}, .trees = std::vector<Tree>(4), .probabilities = true};
  for (Tree& tree : model.trees) tree.leaf_values = {1};
  const std::vector<double> row = {0};
  EXPECT_EQ(OutputOf(model, row).model_score, 1);
  EXPECT_EQ(OutputOf(model, row).log_odds, Logit(1 - 0.5 / 4));
  model.trees[0].leaf_values = {0.5};
  EXPECT_EQ(OutputOf(model, row).raw_score, 3.5 / 4);
  EXPECT_EQ(OutputOf(model, row).model_score, 3.5 / 4);
  EXPECT_EQ(OutputOf(model, row).log_odds, Logit(3.5 / 4));
}

TEST(ModelOutput, OfStumpsIsFiniteHoweverSureTheyAre) {
  StumpEnsemble model{.feature_names = {"A"}};
  model.bags.push_back({{{.feature = -1, .left_vote = 1000}}});
  const ModelOutput output = OutputOf(model, std::vector<double>{0});
  EXPECT_EQ(output.raw_score, 1000);
  EXPECT_EQ(output.model_score, 1);
  EXPECT_NEAR(output.log_odds, -std::log(1e-12), 1e-3);
}

TEST(BagKernels, HaveTheBitsOfLogistic) {
  std::vector<double> log_odds = {0.0,   -0.0, 745.2, -745.2, 745.3,  -745.3,  746,
                                  709.8, -708, 1e100, -1e100, 5e-324, -5e-324, 0x1.62e42fefa39efp-2,
                                  1,     -1};
  Random random(1);
  const double scales[] = {1e-12, 1, 30, 400};
  while (log_odds.size() < 40'000) log_odds.push_back(random.Normal() * scales[random.Below(4)]);
  // Where the whole multiple of ln 2 changes.
  for (int i = -2200; i < 2200; ++i) {
    const double change = (i + 0.5) * 0x1.62e42fefa39efp-1 / 2;
    log_odds.insert(log_odds.end(), {change, std::nextafter(change, 1e9)});
  }
  log_odds.resize(log_odds.size() / kBagsOfLine * kBagsOfLine);
  std::vector<BagKernel> kernels = {ScoreBags};
  for (const Engine engine : Engines()) {
#if defined(__x86_64__)
    if (engine == Engine::kAvx2) kernels.push_back(ScoreBagsAvx2);
    if (engine == Engine::kAvx512) kernels.push_back(ScoreBagsAvx512);
#endif
  }
  for (const BagKernel kernel : kernels) {
    std::vector<double> probabilities(log_odds.size());
    kernel(nullptr, 0, log_odds.size() / kBagsOfLine, log_odds.data(), probabilities.data());
    for (size_t i = 0; i < log_odds.size(); ++i) {
      ASSERT_EQ(probabilities[i], Logistic(log_odds[i])) << log_odds[i];
    }
  }
}

}  // namespace
}  // namespace fairline
