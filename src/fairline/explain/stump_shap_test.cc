#include "fairline/explain/stump_shap.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>

#include "fairline/core/math.h"
#include "fairline/explain/quadrature_shap.h"
#include "fairline/models/random_stumps_test.h"

namespace fairline {
namespace {

long double MeanVote(const Stump& stump) {
  if (stump.feature < 0) return stump.left_vote;
  const long double left = stump.left_cover, right = stump.right_cover;
  const long double share = left + right == 0 ? 0.5L : left / (left + right);
  return share * stump.left_vote + (1 - share) * stump.right_vote;
}

/// The worth of a coalition, as a set of bits, in the path-dependent game (Lundberg et al. 2020):
/// stumps of other features are averaged by their covers.
long double BagWorth(const StumpBag& bag, std::span<const double> row, size_t coalition) {
  long double sum = 0;
  for (const Stump& stump : bag.stumps) {
    const bool plays = stump.feature >= 0 && (coalition >> stump.feature & 1) != 0;
    sum += plays ? Vote(stump, row[static_cast<size_t>(stump.feature)]) : MeanVote(stump);
  }
  return sum;
}

long double Choose(size_t n, size_t k) {
  long double result = 1;
  for (size_t i = 1; i <= k; ++i) result = result * static_cast<long double>(n - k + i) / i;
  return result;
}

/// Shapley values by their definition, over all coalitions.
std::vector<long double> ShapleyValues(size_t players,
                                       const std::function<long double(size_t)>& worth) {
  std::vector<long double> values(players);
  for (size_t player = 0; player < players; ++player) {
    const size_t own = size_t{1} << player;
    for (size_t coalition = 0; coalition < size_t{1} << players; ++coalition) {
      if ((coalition & own) != 0) continue;
      const auto size = static_cast<size_t>(std::popcount(coalition));
      const long double weight = 1 / (players * Choose(players - 1, size));
      values[player] += weight * (worth(coalition | own) - worth(coalition));
    }
  }
  return values;
}

TEST(StumpShap, EqualsBruteForceShapleyValues) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    RandomStumps random(seed);
    const size_t features = 1 + seed % 8;
    const StumpEnsemble model = random.MakeModel(features, 1 + seed % 5, 12);
    const auto shap = MakeStumpShap(model, FastestEngine());
    const std::vector<double> row = random.MakeRow(features);
    std::vector<double> attributions(features);
    shap->Explain(row, attributions);
    const auto worth = [&](size_t coalition) {
      long double sum = 0;
      for (const StumpBag& bag : model.bags) sum += BagWorth(bag, row, coalition);
      return sum / model.bags.size();
    };
    const auto expected = ShapleyValues(features, worth);
    for (size_t f = 0; f < features; ++f) {
      EXPECT_NEAR(attributions[f], static_cast<double>(expected[f]), 1e-13);
    }
    EXPECT_NEAR(shap->base(), static_cast<double>(worth(0)), 1e-13);
  }
}

/// Every stump as a tree, all bags together: the sum of their leaves is that of the margins.
TreeEnsemble AsTrees(const StumpEnsemble& model) {
  TreeEnsemble trees{.feature_names = model.feature_names};
  for (const StumpBag& bag : model.bags) {
    for (const Stump& stump : bag.stumps) {
      Tree& tree = trees.trees.emplace_back();
      tree.leaf_values = {stump.left_vote};
      tree.leaf_covers = {stump.left_cover};
      if (stump.feature < 0) continue;
      tree.leaf_values.push_back(stump.right_vote);
      tree.leaf_covers.push_back(stump.right_cover);
      tree.nodes.push_back({.feature = stump.feature,
                            .default_left = stump.missing_left,
                            .missing = MissingType::kNan,
                            .threshold = stump.threshold,
                            .left = ~0,
                            .right = ~1});
    }
  }
  return trees;
}

TEST(StumpShap, EqualsTheAttributionsOfTheStumpsAsTrees) {
  RandomStumps random(1);
  const StumpEnsemble model = random.MakeModel(30, 12, 60);
  const auto shap = MakeStumpShap(model, FastestEngine());
  const QuadratureShap of_trees(AsTrees(model));
  std::vector<double> attributions(30), expected(30);
  for (int i = 0; i < 50; ++i) {
    const std::vector<double> row = random.MakeRow(30);
    shap->Explain(row, attributions);
    of_trees.Explain(row, expected);
    double sum = shap->base();
    for (size_t f = 0; f < 30; ++f) {
      EXPECT_NEAR(attributions[f], expected[f] / 12, 1e-12);
      sum += attributions[f];
    }
    EXPECT_NEAR(sum, MeanBagMargin(model, row), 1e-12);
  }
}

TEST(StumpShap, HasTheSameBitsWithAndWithoutTables) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomStumps random(seed);
    const StumpEnsemble model = random.MakeModel(1 + seed, 1 + seed % 19, 30);
    const auto reference = MakeStumpShap(model, Engine::kReference);
    const auto tables = MakeStumpShap(model, Engine::kPortable);
    EXPECT_EQ(reference->engine(), Engine::kReference);
    EXPECT_EQ(tables->engine(), Engine::kPortable);
    EXPECT_EQ(reference->base(), tables->base());
    for (int i = 0; i < 30; ++i) {
      const std::vector<double> row = random.MakeRow(1 + seed);
      std::vector<double> expected(row.size()), attributions(row.size());
      reference->Explain(row, expected);
      tables->Explain(row, attributions);
      EXPECT_EQ(attributions, expected);
    }
  }
}

long double LogisticSlope(long double margin) {
  const long double odds = std::exp(-std::abs(margin));
  return odds / ((1 + odds) * (1 + odds));
}

/// By Simpson's rule, whose error here is far below that of a double.
long double MeanSlopeOnThePath(long double from, long double change) {
  constexpr int kSteps = 20'000;
  long double sum = LogisticSlope(from) + LogisticSlope(from + change);
  for (int i = 1; i < kSteps; ++i) {
    sum += (i % 2 == 0 ? 2 : 4) * LogisticSlope(from + change * i / kSteps);
  }
  return sum / (3 * kSteps);
}

TEST(StumpProbabilityShap, EqualsTheIntegralAlongThePath) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    RandomStumps random(seed);
    const size_t features = 1 + seed % 6;
    const StumpEnsemble model = random.MakeModel(features, 1 + seed % 5, 12);
    const auto shap = MakeStumpProbabilityShap(model);
    const std::vector<double> row = random.MakeRow(features);
    std::vector<double> attributions(features);
    shap->Explain(row, attributions);
    std::vector<long double> expected(features);
    double sum = shap->base();
    for (const StumpBag& bag : model.bags) {
      const auto worth = [&](size_t coalition) { return BagWorth(bag, row, coalition); };
      const long double change = worth((size_t{1} << features) - 1) - worth(0);
      const long double slope = MeanSlopeOnThePath(worth(0), change);
      const auto gains = ShapleyValues(features, worth);
      for (size_t f = 0; f < features; ++f) expected[f] += gains[f] * slope / model.bags.size();
    }
    for (size_t f = 0; f < features; ++f) {
      EXPECT_NEAR(attributions[f], static_cast<double>(expected[f]), 1e-13);
      sum += attributions[f];
    }
    EXPECT_NEAR(sum, ModelScore(model, row), 1e-13);
  }
}

TEST(StumpProbabilityShap, OfARowLikeTheMeanHasTheSlopeThere) {
  for (const double from : {0.0, -3.0, 25.0, -700.0}) {
    const double slope = Logistic(from) * Logistic(-from);
    for (const double change : {0.0, 1e-300, -1e-20, 1e-9}) {
      EXPECT_NEAR(MeanLogisticSlope(from, change) / slope, 1, 2e-9);
    }
    EXPECT_DOUBLE_EQ(MeanLogisticSlope(from, 0), slope);
  }
}

TEST(StumpProbabilityShap, SlopesAreRightToTheLastDigits) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const double from = random.Normal() * 8;
    const double change = random.Normal() * std::pow(10, -static_cast<double>(random.Below(9)));
    const long double end = static_cast<long double>(from) + change;
    // (s(b) - s(a)) / (b - a) as tanh's differences, in which long doubles lose little.
    const long double rise =
        std::sinh(change / 2.0L) / (2 * std::cosh(from / 2.0L) * std::cosh(end / 2));
    const auto expected = static_cast<double>(rise / change);
    EXPECT_NEAR(MeanLogisticSlope(from, change) / expected, 1, 3e-15) << from << " " << change;
  }
  EXPECT_DOUBLE_EQ(MeanLogisticSlope(-1000, 2000), 1.0 / 2000);
  EXPECT_DOUBLE_EQ(MeanLogisticSlope(1000, -2000), 1.0 / 2000);
  EXPECT_EQ(MeanLogisticSlope(1e99, 1e99), 0);
}

}  // namespace
}  // namespace fairline
