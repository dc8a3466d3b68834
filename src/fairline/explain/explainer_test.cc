// Each class of model is explained in the space of its raw score, by every engine.
#include "fairline/explain/explainer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "fairline/models/random_stumps_test.h"
#include "fairline/models/random_trees_test.h"

namespace fairline {
namespace {

/// Base and attributions add up to the raw score, and a row beside others has the same bits.
void ExpectToAddUp(const Model& model, const std::vector<double>& rows) {
  const size_t width = FeatureNames(model).size();
  std::vector<double> first;
  for (const Engine engine : Engines()) {
    const auto explainer = MakeExplainer(model, engine);
    std::vector<double> together(rows.size()), alone(width);
    explainer->ExplainRows(rows, together);
    for (size_t begin = 0; begin < rows.size(); begin += width) {
      const std::span row(&rows[begin], width);
      explainer->Explain(row, alone);
      double sum = explainer->base();
      for (size_t f = 0; f < width; ++f) {
        EXPECT_EQ(alone[f], together[begin + f]);
        sum += alone[f];
      }
      const double raw = OutputOf(model, row).raw_score;
      EXPECT_NEAR(sum, raw, 1e-12 * std::max(1.0, std::abs(raw)));
    }
    if (first.empty()) first = together;
    EXPECT_EQ(together, first) << EngineName(engine);
  }
}

TEST(Explainer, OfTreesAddsUpToTheirSumOrMean) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    RandomTrees random(seed, 6);
    TreeEnsemble model = random.MakeModel(20, 7);
    std::vector<double> rows;
    for (int i = 0; i < 9; ++i) {
      const std::vector<double> row = random.MakeRow();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    ExpectToAddUp(model, rows);
    model.average = true;
    ExpectToAddUp(model, rows);
    model.average = false;
    model.probabilities = true;
    for (Tree& tree : model.trees) {
      for (double& value : tree.leaf_values) value = std::min(1.0, std::abs(value));
    }
    ExpectToAddUp(model, rows);
  }
}

TEST(Explainer, OfStumpsAddsUpToTheMeanBagMargin) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    RandomStumps random(seed);
    std::vector<double> rows;
    for (int i = 0; i < 9; ++i) {
      const std::vector<double> row = random.MakeRow(7);
      rows.insert(rows.end(), row.begin(), row.end());
    }
    ExpectToAddUp(random.MakeModel(7, 11, 30), rows);
  }
}

TEST(Explainer, OfAScorecardHasItsAttributions) {
  Scorecard card{.feature_names = {"age", "unused", "housing"}, .intercept = -2.25};
  card.characteristics = {
      {.feature = 0,
       .coefficient = -0.75,
       .bins = {{.below = 25, .good = 80, .bad = 20, .woe = -0.8},
                {.good = 390, .bad = 12, .woe = 1.1},
                {.takes = BinTakes::kMissing, .good = 30, .bad = 8, .woe = -0.9}}},
      {.feature = 2,
       .categorical = true,
       .coefficient = -1.125,
       .bins = {{.takes = BinTakes::kValuesAndMissing, .categories = {0, 4}, .good = 9, .woe = 0.6},
                {.categories = {1}, .good = 190, .bad = 35, .woe = -0.7}}}};
  AssignPoints(card);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> rows = {24, 0, 1, 25, nan, 4, nan, 1, nan, 90, 0, 7};
  for (const bool rounded : {false, true}) {
    card.rounded = rounded;
    ExpectToAddUp(card, rows);
    const auto explainer = MakeExplainer(card);
    std::vector<double> attributions(3), expected(3);
    for (size_t begin = 0; begin < rows.size(); begin += 3) {
      explainer->Explain({&rows[begin], 3}, attributions);
      Attribute(card, {&rows[begin], 3}, expected);
      EXPECT_EQ(attributions, expected);
    }
  }
}

}  // namespace
}  // namespace fairline
