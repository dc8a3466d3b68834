// Against brute force over all values that a small model can tell apart, and on models whose answer
// is known by construction.
#include "fairline/models/monotonicity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/models/random_trees_test.h"

namespace fairline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Feature 0 and the even ones are numbers, the odd ones categories; a feature reads missing values
/// in one way, as in any model that a learner made.
TreeEnsemble Consistent(TreeEnsemble model, bool zero_as_missing) {
  for (Tree& tree : model.trees) {
    for (TreeNode& node : tree.nodes) {
      node.categorical = node.feature % 2 == 1;
      if (node.categorical) {
        node.category_begin = static_cast<uint32_t>(tree.category_bits.size());
        tree.category_bits.push_back(0x5aU << (static_cast<int>(node.threshold) % 7));
        node.category_end = static_cast<uint32_t>(tree.category_bits.size());
      } else if (zero_as_missing) {
        node.missing = MissingType::kZero;
      } else if (node.missing == MissingType::kZero) {
        node.missing = MissingType::kNan;
      }
      node.threshold = static_cast<double>(static_cast<int>(node.threshold) % 4 - 1);
    }
  }
  return model;
}

/// Every value that some test of the model tells from another.
std::vector<double> ValuesOf(size_t feature) {
  if (feature % 2 == 0) return {kNan, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5};
  std::vector<double> values = {kNan, -2};
  for (int category = 0; category < 16; ++category) values.push_back(category);
  return values;
}

/// The largest fall between two values of feature 0 that are not missing, over all rows.
double LargestFall(const TreeEnsemble& model, double sign) {
  std::vector<double> others(model.feature_names.size() - 1), row(model.feature_names.size());
  double fall = 0;
  std::vector<size_t> place(row.size());
  for (;;) {
    for (size_t i = 1; i < row.size(); ++i) row[i] = ValuesOf(i)[place[i]];
    double highest = -std::numeric_limits<double>::infinity();
    for (const double value : ValuesOf(0)) {
      const bool zero_is_missing = model.trees.back().nodes[0].missing == MissingType::kZero;
      if (std::isnan(value) || (zero_is_missing && value == 0)) continue;
      row[0] = value;
      const double score = sign * RawScore(model, row);
      fall = std::max(fall, highest - score);
      highest = std::max(highest, score);
    }
    size_t i = 1;
    while (i < row.size() && ++place[i] == ValuesOf(i).size()) place[i++] = 0;
    if (i == row.size()) return fall;
  }
}

/// The rows differ in the feature only, and their scores are real and go the wrong way.
void ExpectRefutes(const TreeEnsemble& model, size_t feature, double sign,
                   const Monotonicity& found) {
  ASSERT_TRUE(found.counterexample);
  const Counterexample& rows = *found.counterexample;
  EXPECT_LT(rows.low_row[feature], rows.high_row[feature]);
  for (size_t i = 0; i < rows.low_row.size(); ++i) {
    if (i == feature) continue;
    EXPECT_TRUE(rows.low_row[i] == rows.high_row[i] ||
                (std::isnan(rows.low_row[i]) && std::isnan(rows.high_row[i])));
  }
  EXPECT_EQ(rows.low_score, RawScore(model, rows.low_row));
  EXPECT_EQ(rows.high_score, RawScore(model, rows.high_row));
  EXPECT_LT(sign * rows.high_score, sign * rows.low_score);
}

/// Makes feature 0 rise in most trees: leaves of trees that test it get in order along it.
TreeEnsemble Nudged(TreeEnsemble model, double weight, bool zero_as_missing) {
  Tree tree;
  for (int32_t i = 0; i < 4; ++i) {
    TreeNode node{.feature = 0,
                  .missing = zero_as_missing ? MissingType::kZero : MissingType::kNan};
    node.threshold = i - 1;
    node.left = ~i;
    node.right = i < 3 ? i + 1 : ~4;
    tree.nodes.push_back(node);
    tree.leaf_values.push_back(weight * i);
  }
  tree.leaf_values.push_back(weight * 4);
  model.trees.push_back(tree);
  return model;
}

TEST(Monotonicity, AgreesWithBruteForce) {
  int proved = 0, refuted = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomTrees random(seed, 4);
    TreeEnsemble model = random.MakeModel(6, 3);
    model.trees.insert(model.trees.begin(), random.MakeTree(3));
    model = Consistent(std::move(model), seed % 3 == 0);
    model = Nudged(std::move(model), 0.7 * static_cast<double>(seed % 7), seed % 3 == 0);
    for (const Direction direction : {Direction::kIncreasing, Direction::kDecreasing}) {
      const double sign = direction == Direction::kIncreasing ? 1 : -1;
      const Monotonicity found = CheckMonotonicity(model, 0, direction).value();
      const double fall = LargestFall(model, sign);
      SCOPED_TRACE(seed);
      if (fall > 0) {
        EXPECT_EQ(found.verdict, MonotonicityVerdict::kRefuted);
        if (found.counterexample) ExpectRefutes(model, 0, sign, found);
        ++refuted;
      } else {
        EXPECT_EQ(found.verdict, MonotonicityVerdict::kProved) << found.bound;
        ++proved;
      }
    }
  }
  EXPECT_GT(proved, 20);
  EXPECT_GT(refuted, 20);
}

/// A tree that tests feature 1 and then, on both sides, feature 0, each time at 0.
Tree Crossed(double low_low, double low_high, double high_low, double high_high) {
  Tree tree;
  const auto node = [](int32_t feature, int32_t left, int32_t right) {
    return TreeNode{.feature = feature, .missing = MissingType::kNan, .left = left, .right = right};
  };
  tree.nodes = {node(1, 1, 2), node(0, ~0, ~1), node(0, ~2, ~3)};
  tree.leaf_values = {low_low, low_high, high_low, high_high};
  return tree;
}

TEST(Monotonicity, TreesTogetherMayBeMonotoneWhereOneIsNot) {
  TreeEnsemble model{.feature_names = {"x", "z"}};
  model.trees = {Crossed(0, 1, 0, -1), Crossed(0, 0, 0, 1.5)};
  EXPECT_EQ(CheckMonotonicity(model, 0, Direction::kIncreasing)->verdict,
            MonotonicityVerdict::kProved);
  model.trees[1] = Crossed(0, 0, 0, 0.5);
  const Monotonicity found = CheckMonotonicity(model, 0, Direction::kIncreasing).value();
  EXPECT_EQ(found.verdict, MonotonicityVerdict::kRefuted);
  ExpectRefutes(model, 0, 1, found);
  EXPECT_THAT(FeaturesThatTell(model, *found.counterexample), ElementsAre(0, 1));
}

TEST(Monotonicity, IsUndecidedWhereOnlyRoundingCouldTell) {
  TreeEnsemble model{.feature_names = {"x", "z"}};
  model.trees = {Crossed(0, 1, 0, -1), Crossed(0, 0, 0, 1)};
  const Monotonicity found = CheckMonotonicity(model, 0, Direction::kIncreasing).value();
  EXPECT_EQ(found.verdict, MonotonicityVerdict::kUndecided);
  EXPECT_GT(found.bound, 0);
  EXPECT_LT(found.bound, 1e-12);
}

/// The exact sum does not fall, the rounded one does: a proof by sums must leave room for that.
TEST(Monotonicity, RoundingThatFallsIsNotProved) {
  TreeEnsemble model{.feature_names = {"x", "z"}};
  const double tiny = 0x1p-53;
  model.trees = {Crossed(1, 1, 1, 1), Crossed(tiny, 0, tiny, 0), Crossed(tiny, 0, tiny, 0),
                 Crossed(tiny, 0, tiny, 0), Crossed(0, 3 * tiny, 0, 3 * tiny)};
  EXPECT_NE(CheckMonotonicity(model, 0, Direction::kDecreasing)->verdict,
            MonotonicityVerdict::kProved);
  EXPECT_NE(CheckMonotonicity(model, 0, Direction::kIncreasing)->verdict,
            MonotonicityVerdict::kProved);
}

TEST(Monotonicity, WithoutBudgetItIsUndecidedAndTheBoundHolds) {
  int undecided = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomTrees random(seed, 4);
    TreeEnsemble model = Consistent(random.MakeModel(8, 4), false);
    model.trees.push_back(Consistent({{}, {random.MakeTree(4)}}, false).trees[0]);
    model = Nudged(std::move(model), 3, false);
    const double fall = LargestFall(model, 1);
    for (const int64_t budget : {0, 30, 300}) {
      const Monotonicity found =
          CheckMonotonicity(model, 0, Direction::kIncreasing, budget).value();
      if (found.verdict == MonotonicityVerdict::kProved) {
        EXPECT_EQ(fall, 0);
      }
      if (found.verdict == MonotonicityVerdict::kRefuted) ExpectRefutes(model, 0, 1, found);
      if (found.verdict != MonotonicityVerdict::kUndecided) continue;
      EXPECT_GE(found.bound, fall);
      ++undecided;
    }
  }
  EXPECT_GT(undecided, 5);
}

/// Two thresholds, a fall of 1 at each: what two values far apart can differ by is the sum.
TEST(Monotonicity, FallsOfSeveralStepsAddUp) {
  TreeEnsemble model{.feature_names = {"x", "z"}};
  model.trees = {Crossed(0, 0, 0, -1), Crossed(0, 0, 0, -1)};
  model.trees[1].nodes[1].threshold = model.trees[1].nodes[2].threshold = 1;
  const Monotonicity idle = CheckMonotonicity(model, 0, Direction::kIncreasing, 0).value();
  EXPECT_EQ(idle.verdict, MonotonicityVerdict::kUndecided);
  EXPECT_GE(idle.bound, 2);
  const Monotonicity found = CheckMonotonicity(model, 0, Direction::kIncreasing).value();
  ASSERT_EQ(found.verdict, MonotonicityVerdict::kRefuted);
  EXPECT_EQ(found.counterexample->low_score - found.counterexample->high_score, 2);
}

TEST(Monotonicity, TheSameQuestionHasTheSameAnswer) {
  RandomTrees random(5, 6);
  const TreeEnsemble model = Consistent(random.MakeModel(30, 5), false);
  const auto once = CheckMonotonicity(model, 0, Direction::kIncreasing).value();
  const auto again = CheckMonotonicity(model, 0, Direction::kIncreasing).value();
  ASSERT_TRUE(once.counterexample && again.counterexample);
  EXPECT_EQ(once.counterexample->low_score, again.counterexample->low_score);
  EXPECT_EQ(once.counterexample->high_row[0], again.counterexample->high_row[0]);
}

TEST(Monotonicity, RefusesWhatHasNoOrder) {
  RandomTrees random(1, 2);
  const TreeEnsemble model = Consistent(random.MakeModel(8, 3), false);
  const auto categorical = CheckMonotonicity(model, 1, Direction::kIncreasing);
  ASSERT_FALSE(categorical);
  EXPECT_EQ(categorical.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(categorical.error().message, HasSubstr("F1: the model splits it as categories"));
  EXPECT_EQ(CheckMonotonicity(model, 2, Direction::kIncreasing).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(Monotonicity, AFeatureThatNoTreeTestsIsMonotoneBothWays) {
  TreeEnsemble model{.feature_names = {"x", "z", "unused"}};
  model.trees = {Crossed(0, 1, 0, -1)};
  for (const Direction direction : {Direction::kIncreasing, Direction::kDecreasing}) {
    EXPECT_EQ(CheckMonotonicity(model, 2, direction)->verdict, MonotonicityVerdict::kProved);
  }
}

TEST(Monotonicity, StumpsAreProvedBagByBag) {
  StumpEnsemble model{.feature_names = {"x", "z"}};
  const Stump rising{.feature = 0, .threshold = 1, .left_vote = -0.4, .right_vote = 0.3};
  const Stump other{.feature = 1, .threshold = 2, .left_vote = 0.9, .right_vote = -0.7};
  const Stump none{.feature = -1, .left_vote = 0.1};
  model.bags = {{{rising, other}}, {{other, rising, none, rising}}};
  EXPECT_EQ(CheckMonotonicity(model, 0, Direction::kIncreasing)->verdict,
            MonotonicityVerdict::kProved);
  EXPECT_EQ(CheckMonotonicity(model, 1, Direction::kDecreasing)->verdict,
            MonotonicityVerdict::kProved);
  const Monotonicity wrong = CheckMonotonicity(model, 0, Direction::kDecreasing).value();
  ASSERT_EQ(wrong.verdict, MonotonicityVerdict::kRefuted);
  const Counterexample& rows = *wrong.counterexample;
  EXPECT_LT(rows.low_row[0], rows.high_row[0]);
  EXPECT_EQ(rows.low_row[1], rows.high_row[1]);
  EXPECT_EQ(rows.low_score, ModelScore(model, rows.low_row));
  EXPECT_GT(ModelScore(model, rows.high_row), rows.low_score);
  // Votes of one threshold that pull both ways: only their sum counts.
  Stump falling = rising;
  std::swap(falling.left_vote, falling.right_vote);
  falling.left_vote /= 2;
  model.bags[0].stumps.push_back(falling);
  EXPECT_EQ(CheckMonotonicity(model, 0, Direction::kIncreasing)->verdict,
            MonotonicityVerdict::kProved);
}

TEST(Monotonicity, ABagThatFallsAmongBagsThatRiseLeavesABound) {
  StumpEnsemble model{.feature_names = {"x"}};
  const Stump rising{.threshold = 1, .left_vote = -1, .right_vote = 1};
  const Stump falling{.threshold = 1, .left_vote = 0.1, .right_vote = 0};
  model.bags = {{{rising}}, {{falling}}};
  const Monotonicity found = CheckMonotonicity(model, 0, Direction::kIncreasing).value();
  EXPECT_EQ(found.verdict, MonotonicityVerdict::kUndecided);
  EXPECT_NEAR(found.bound, 0.25 * 0.1 / 2, 1e-12);
}

}  // namespace
}  // namespace fairline
