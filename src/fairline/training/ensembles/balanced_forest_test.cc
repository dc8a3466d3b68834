#include "fairline/training/ensembles/balanced_forest.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <limits>

#include "fairline/training/ensembles/testing_matrix.h"
#include "fairline/training/ensembles/tree_grower.h"

namespace fairline {
namespace {

using testing::Applicants;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MatrixOf;

Tree Grow(const EncodedMatrix& matrix, const std::vector<SampledRow>& rows, uint32_t min_leaf) {
  const auto columns = RankColumns(matrix, 1).value();
  Random random(1);
  return TreeGrower(columns, {matrix.columns(), min_leaf}).Grow(rows, random);
}

std::vector<SampledRow> EachOnce(const std::vector<double>& outcomes) {
  std::vector<SampledRow> rows;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    rows.push_back({static_cast<uint32_t>(i), outcomes[i] == 1, 1, 1});
  }
  return rows;
}

TEST(TreeGrower, GrowsToPureLeavesInPreorder) {
  const EncodedMatrix matrix = MatrixOf({{1, 2, 3, 4, 5, 6}});
  const Tree tree = Grow(matrix, EachOnce({0, 0, 1, 1, 1, 0}), 1);
  ASSERT_EQ(tree.nodes.size(), 2);
  EXPECT_NEAR(tree.nodes[0].threshold, 2.5, 1e-6);
  EXPECT_EQ(tree.nodes[0].cover, 6);
  EXPECT_EQ(tree.nodes[0].left, ~0);
  EXPECT_EQ(tree.nodes[0].right, 1);
  EXPECT_FALSE(tree.nodes[0].default_left);  // more rows went right
  EXPECT_NEAR(tree.nodes[1].threshold, 5.5, 1e-6);
  EXPECT_THAT(tree.leaf_values, ElementsAre(0, 1, 0));
  EXPECT_THAT(tree.leaf_covers, ElementsAre(2, 3, 1));
}

TEST(TreeGrower, KeepsLeavesAboveTheirLeastSize) {
  const EncodedMatrix matrix = MatrixOf({{1, 2, 3, 4, 5, 6}});
  const Tree tree = Grow(matrix, EachOnce({0, 0, 1, 1, 1, 0}), 2);
  EXPECT_THAT(tree.leaf_covers, ElementsAre(2, 2, 2));
  EXPECT_THAT(tree.leaf_values, ElementsAre(0, 1, 0.5));
}

TEST(TreeGrower, WeightsCountAsOftenAsARowWasDrawn) {
  const EncodedMatrix matrix = MatrixOf({{1, 1, 2}});
  const Tree tree = Grow(matrix, {{0, false, 3, 1}, {1, true, 1, 1}, {2, true, 2, 1}}, 1);
  EXPECT_THAT(tree.leaf_values, ElementsAre(0.25, 1));
  EXPECT_THAT(tree.leaf_covers, ElementsAre(4, 2));
}

TEST(TreeGrower, MissingValuesGoWhereTheyTellMore) {
  const std::vector<double> outcomes{0, 0, 0, 1, 1, 1};
  Tree tree = Grow(MatrixOf({{1, NAN, 2, 3, 4, 5}}), EachOnce(outcomes), 1);
  ASSERT_EQ(tree.nodes.size(), 1);
  EXPECT_TRUE(tree.nodes[0].default_left);
  EXPECT_EQ(tree.nodes[0].missing, MissingType::kNan);
  tree = Grow(MatrixOf({{7, 7, 7, NAN, NAN, NAN}}), EachOnce(outcomes), 1);
  ASSERT_EQ(tree.nodes.size(), 1);
  EXPECT_FALSE(tree.nodes[0].default_left);
  EXPECT_EQ(tree.nodes[0].threshold, std::numeric_limits<double>::max());
  EXPECT_THAT(tree.leaf_values, ElementsAre(0, 1));
}

TEST(TreeGrower, ConstantColumnsAreALeaf) {
  const Tree tree = Grow(MatrixOf({{1, 1}, {NAN, NAN}}), EachOnce({0, 1}), 1);
  EXPECT_TRUE(tree.nodes.empty());
  EXPECT_THAT(tree.leaf_values, ElementsAre(0.5));
}

TEST(TrainBalancedForest, IsTheSameForAnyNumberOfThreads) {
  const auto [matrix, outcomes] = Applicants(600, 1);
  BalancedForestOptions options{.trees = 6};
  const BalancedForest one = TrainBalancedForest(matrix, outcomes, options, {}).value();
  options.threads = 3;
  const BalancedForest three = TrainBalancedForest(matrix, outcomes, options, {}).value();
  for (size_t tree = 0; tree < 6; ++tree) {
    EXPECT_EQ(one.model.trees[tree].leaf_values, three.model.trees[tree].leaf_values);
    EXPECT_EQ(one.samples[tree].rows, three.samples[tree].rows);
  }
  EXPECT_NE(one.model.trees[0].leaf_values, one.model.trees[1].leaf_values);
}

TEST(TrainBalancedForest, EveryTreeSeesAsManyOfEitherClass) {
  const auto [matrix, outcomes] = Applicants(600, 1);
  const double defaults = std::ranges::count(outcomes, 1);
  for (bool bootstrap : {false, true}) {
    const BalancedForestOptions options{.trees = 3,
                                        .bootstrap = bootstrap,
                                        .replacement = !bootstrap,
                                        .resample_rarer_class = !bootstrap};
    const BalancedForest made = TrainBalancedForest(matrix, outcomes, options, {}).value();
    EXPECT_TRUE(made.model.average);
    for (size_t tree = 0; tree < 3; ++tree) {
      EXPECT_EQ(made.samples[tree].rows[0].size(), defaults);
      EXPECT_EQ(made.samples[tree].rows[1].size(), defaults);
      EXPECT_EQ(made.model.trees[tree].nodes[0].cover, 2 * defaults);
    }
  }
}

TEST(TrainBalancedForest, TellsDefaultsApart) {
  const auto [matrix, outcomes] = Applicants(3'000, 3);
  const auto [judged, truth] = Applicants(1'000, 4);
  const BalancedForest made = TrainBalancedForest(matrix, outcomes, {.trees = 30}, {}).value();
  double right[2] = {}, all[2] = {};
  for (size_t row = 0; row < judged.rows; ++row) {
    const bool defaulted = truth[row] == 1;
    right[defaulted] += (RawScore(made.model, judged.Row(row)) / 30 > 0.5) == defaulted;
    ++all[defaulted];
  }
  EXPECT_GT(right[0] / all[0] + right[1] / all[1], 1.5);
}

TEST(TrainBalancedForest, RefusesAndCanBeStopped) {
  const auto [matrix, outcomes] = Applicants(300, 1);
  const auto refused = TrainBalancedForest(matrix, outcomes, {.trees = 0}, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("at least 1 tree"));
  std::atomic<bool> cancel = true;
  const auto stopped = TrainBalancedForest(matrix, outcomes, {}, {.cancel = &cancel});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace fairline
