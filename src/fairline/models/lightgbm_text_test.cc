#include "fairline/models/lightgbm_text.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "fairline/core/limits.h"
#include "fairline/models/real_model_test.h"
#include "fairline/models/sample_model_test.h"

namespace fairline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TreeEnsemble SampleForest() {
  const TreeNode node{.feature = 0,
                      .default_left = true,
                      .missing = MissingType::kNan,
                      .threshold = 5.5,
                      .left = ~0,
                      .right = ~1,
                      .cover = 30};
  return {.feature_names = {"age", "monthly income"},
          .trees = {{.nodes = {node}, .leaf_values = {0.25, 0.75}, .leaf_covers = {20, 10}},
                    {.leaf_values = {1}, .leaf_covers = {0}}},
          .average = true,
          .probabilities = true};
}

TEST(ParseLightGbmModel, ReadsTreesInPreorder) {
  const auto model = ParseLightGbmModel(SampleModelText());
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(model->feature_names, ElementsAre("income", "age", "region"));
  EXPECT_EQ(model->sigmoid, 1);
  EXPECT_FALSE(model->average);
  ASSERT_EQ(model->trees.size(), 3u);
  const Tree& tree = model->trees[0];
  ASSERT_EQ(tree.nodes.size(), 3u);
  // The file's node 2 is the root's left child and comes second in preorder.
  EXPECT_EQ(tree.nodes[0].left, 1);
  EXPECT_EQ(tree.nodes[0].right, 2);
  EXPECT_EQ(tree.nodes[1].threshold, 1.5);
  EXPECT_EQ(tree.nodes[1].left, ~0);
  EXPECT_EQ(tree.nodes[1].right, ~3);
  EXPECT_EQ(tree.nodes[2].feature, 1);
  EXPECT_EQ(tree.nodes[2].missing, MissingType::kNan);
  EXPECT_FALSE(tree.nodes[2].default_left);
  EXPECT_TRUE(tree.nodes[0].default_left);
  EXPECT_EQ(tree.nodes[1].missing, MissingType::kNone);
  EXPECT_THAT(tree.leaf_covers, ElementsAre(10, 20, 30, 40));
  EXPECT_EQ(tree.nodes[2].cover, 50);
  EXPECT_TRUE(model->trees[1].nodes[0].categorical);
  EXPECT_TRUE(model->trees[2].nodes.empty());
}

TEST(ParseLightGbmModel, ScoresAddTheLeaves) {
  const auto model = ParseLightGbmModel(SampleModelText());
  ASSERT_TRUE(model);
  // Missing income goes left at the root, and is 0 at its child; region 3 is in the set {1, 3, 32}.
  EXPECT_EQ(RawScore(*model, std::vector<double>{kNan, 40, 3}), 0.5 - 2 + 0.0625);
  EXPECT_EQ(RawScore(*model, std::vector<double>{5, kNan, 2}), 0.125 + 2 + 0.0625);
  EXPECT_EQ(RawScore(*model, std::vector<double>{5, 30, kNan}), -0.25 + 2 + 0.0625);
}

TEST(ParseLightGbmModel, AveragesOnlyTheLogOdds) {
  const auto model = ParseLightGbmModel(
      Replaced(Replaced(SampleModelText(), "sigmoid:1\n", "sigmoid:1\naverage_output\n"),
               "sigmoid:1", "sigmoid:2"));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE(model->average);
  EXPECT_EQ(RawScore(*model, std::vector<double>{0, 0, 3}), 0.5 - 2 + 0.0625);
  EXPECT_EQ(LogOdds(*model, 6), 4);
}

std::string ForestText() {
  return Replaced(Replaced(SampleModelText(), "objective=binary sigmoid:1", "objective=regression"),
                  "feature_names", "average_output\nfeature_names");
}

TEST(ParseLightGbmModel, TakesAnAveragedRegressionForAForestOfProbabilities) {
  const std::string text = WriteLightGbmForest(SampleForest());
  const auto model = ParseLightGbmModel(text);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE(model->probabilities && model->average);
  EXPECT_EQ(WriteLightGbmForest(*model), text);
  EXPECT_EQ(RawScore(*model, std::vector<double>{5, 30}), 0.25 + 1);
  EXPECT_EQ(RawScore(*model, std::vector<double>{kNan, 41}), 0.25 + 1);
  EXPECT_EQ(RawScore(*model, std::vector<double>{9, kNan}), 0.75 + 1);
  EXPECT_EQ(model->trees[0].nodes[0].cover, 30);
  EXPECT_THAT(model->trees[0].leaf_covers, ElementsAre(20, 10));
  EXPECT_EQ(model->feature_names[1], "monthly_income");  // as LightGBM can write it
}

TEST(ParseLightGbmModel, RefusesARegressionThatGivesNoProbabilities) {
  const auto above = ParseLightGbmModel(ForestText());
  ASSERT_FALSE(above);
  EXPECT_EQ(above.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(above.error().message, testing::HasSubstr("is no probability"));
  const auto summed = ParseLightGbmModel(Replaced(ForestText(), "average_output\n", ""));
  ASSERT_FALSE(summed);
  EXPECT_THAT(summed.error().message, testing::HasSubstr("\"regression\" is not supported"));
}

struct Damage {
  const char* from;
  const char* to;
  ErrorCode code;
  const char* place;  // what the message must name
  const char* key;
};

class DamagedModel : public testing::TestWithParam<Damage> {};

TEST_P(DamagedModel, IsRefusedByTreeAndKey) {
  const Damage& damage = GetParam();
  ASSERT_NE(SampleModelText().find(damage.from), std::string::npos);
  const auto model = ParseLightGbmModel(Replaced(SampleModelText(), damage.from, damage.to));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, damage.code) << model.error().message;
  EXPECT_THAT(model.error().message, AllOf(HasSubstr(damage.place), HasSubstr(damage.key)));
}

constexpr ErrorCode kInvalid = ErrorCode::kInvalidArgument;
constexpr ErrorCode kRefused = ErrorCode::kUnsupported;

INSTANTIATE_TEST_SUITE_P(
    Header, DamagedModel,
    testing::Values(
        Damage{"tree\n", "", kInvalid, "not a LightGBM text model", "tree"},
        Damage{"version=v4", "version=v9", kRefused, "header", "version"},
        Damage{"objective=binary sigmoid:1", "objective=regression", kRefused, "objective",
               "\"regression\""},
        Damage{"objective=binary sigmoid:1", "objective=lambdarank", kRefused, "objective",
               "\"lambdarank\""},
        Damage{"objective=binary sigmoid:1", "objective=multiclass num_class:3", kRefused,
               "objective", "\"multiclass\""},
        Damage{"objective=binary sigmoid:1\n", "", kRefused, "header", "objective"},
        Damage{"sigmoid:1", "sigmoid:-1", kInvalid, "header", "sigmoid"},
        Damage{"sigmoid:1", "sigmoid:1 sigmoid:2", kInvalid, "header", "sigmoid"},
        Damage{" sigmoid:1", "", kInvalid, "header", "sigmoid"},
        Damage{"num_class=1", "num_class=3", kInvalid, "header", "num_class"},
        Damage{"max_feature_idx=2", "max_feature_idx=999999999", kInvalid, "header",
               "max_feature_idx"},
        Damage{"max_feature_idx=2", "max_feature_idx=3", kInvalid, "header", "feature_names"},
        Damage{"income age region", "income age income", kInvalid, "feature_names", "income"},
        Damage{"income age region", "income  region", kInvalid, "feature_names", "empty"},
        Damage{"income age region", "inc\xff age region", kInvalid, "feature_names", "UTF-8"},
        Damage{"label_index=0", "label_index", kInvalid, "header", "label_index"},
        Damage{"tree_sizes=314 283 229", "tree_sizes=314 283", kInvalid, "tree_sizes", "3"},
        Damage{"tree_sizes=314 283 229", "tree_sizes=314 284 229", kInvalid, "tree_sizes",
               "Tree=1"}));

INSTANTIATE_TEST_SUITE_P(
    Trees, DamagedModel,
    testing::Values(
        Damage{"Tree=1", "Tree=2", kInvalid, "Tree=1", "missing or out of order"},
        Damage{"num_leaves=4", "num_leaves=1000000000", kInvalid, "Tree=0", "num_leaves"},
        Damage{"num_leaves=4", "num_leaves=5", kInvalid, "Tree=0", "leaf_value"},
        Damage{"num_leaves=4", "num_leaves=-4", kInvalid, "Tree=0", "num_leaves"},
        Damage{"threshold=4.5", "threshold=nan", kInvalid, "Tree=0", "threshold"},
        Damage{"threshold=4.5", "threshold=4.5x", kInvalid, "Tree=0", "threshold"},
        Damage{"threshold=4.5 ", "threshold=", kInvalid, "Tree=0", "threshold"},
        Damage{"leaf_value=0.5", "leaf_value=inf", kInvalid, "Tree=0", "leaf_value"},
        Damage{"leaf_value=0.5", "leaf_value=1e101", kInvalid, "Tree=0", "leaf_value"},
        Damage{"shrinkage=1", "average_output", kInvalid, "Tree=0", "average_output"},
        Damage{"left_child=2 -2", "left_child=0 -2", kInvalid, "Tree=0", "left_child"},
        Damage{"left_child=2 -2", "left_child=1 -2", kInvalid, "Tree=0", "right_child"},
        Damage{"left_child=2 -2", "left_child=-3 -2", kInvalid, "Tree=0", "right_child"},
        Damage{"left_child=2 -2", "left_child=7 -2", kInvalid, "Tree=0", "left_child"},
        Damage{"right_child=1 -3", "right_child=1 -9", kInvalid, "Tree=0", "right_child"},
        Damage{"leaf_count=10", "leaf_count=-10", kInvalid, "Tree=0", "leaf_count"},
        Damage{"internal_count=100", "internal_count=nan", kInvalid, "Tree=0", "internal_count"},
        Damage{"leaf_count=10 20 30 40\n", "", kInvalid, "Tree=0", "leaf_count"},
        Damage{"split_feature=0 1", "split_feature=0 3", kInvalid, "Tree=0", "split_feature"},
        Damage{"decision_type=10", "decision_type=14", kInvalid, "Tree=0", "decision_type"},
        Damage{"shrinkage=1", "num_cat=0", kInvalid, "Tree=0", "num_cat"},
        Damage{"is_linear=0", "is_linear=1", kRefused, "Tree=0", "is_linear"},
        Damage{"num_cat=1", "num_cat=0", kInvalid, "Tree=1", "threshold"},
        Damage{"threshold=0\n", "threshold=0.5\n", kInvalid, "Tree=1", "threshold"},
        Damage{"threshold=0\n", "threshold=1\n", kInvalid, "Tree=1", "threshold"},
        Damage{"cat_boundaries=0 2", "cat_boundaries=0 2000000000", kInvalid, "Tree=1",
               "cat_boundaries"},
        Damage{"cat_boundaries=0 2", "cat_boundaries=0 60000000", kInvalid, "Tree=1",
               "cat_threshold"},
        Damage{"cat_boundaries=0 2", "cat_boundaries=2 0", kInvalid, "Tree=1", "cat_boundaries"},
        Damage{"cat_threshold=10 1", "cat_threshold=10 -1", kInvalid, "Tree=1", "cat_threshold"},
        Damage{"cat_threshold=10 1\n", "", kInvalid, "Tree=1", "cat_threshold"}));

TEST(ParseLightGbmModel, RefusesChainsDeeperThanTheLimit) {
  const auto chain = [](size_t depth) {
    std::string features, thresholds, decisions, left, right, values, counts, inner_counts;
    for (size_t i = 0; i < depth; ++i) {
      features += "0 ";
      thresholds += "1 ";
      decisions += "2 ";
      left += std::to_string(-static_cast<int>(i) - 1) + " ";
      right +=
          std::to_string(i + 1 < depth ? static_cast<int>(i) + 1 : -static_cast<int>(i) - 2) + " ";
      inner_counts += "1 ";
    }
    for (size_t i = 0; i <= depth; ++i) {
      values += "1 ";
      counts += "1 ";
    }
    return "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\n"
           "objective=binary sigmoid:1\nfeature_names=a\n\nTree=0\nnum_leaves=" +
           std::to_string(depth + 1) + "\nnum_cat=0\nsplit_feature=" + features +
           "\nthreshold=" + thresholds + "\ndecision_type=" + decisions + "\nleft_child=" + left +
           "\nright_child=" + right + "\nleaf_value=" + values + "\nleaf_count=" + counts +
           "\ninternal_count=" + inner_counts + "\nend of trees\n";
  };
  const auto deepest = ParseLightGbmModel(chain(limits::kTreeDepth));
  EXPECT_TRUE(deepest) << deepest.error().message;
  const auto deeper = ParseLightGbmModel(chain(limits::kTreeDepth + 1));
  ASSERT_FALSE(deeper);
  EXPECT_THAT(deeper.error().message, HasSubstr("deeper"));
}

// Whatever bytes are put in, the answer is an error or a model that scores.
RC_GTEST_PROP(ParseLightGbmModel, SurvivesAnyDamage, ()) {
  std::string text = SampleModelWithoutSizes();
  const auto edits = *rc::gen::inRange(1, 6);
  for (int i = 0; i < edits; ++i) {
    const auto at = *rc::gen::inRange<size_t>(0, text.size());
    const auto length = *rc::gen::inRange<size_t>(0, 12);
    const auto bytes = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("0123456789-.= \nTreenaif~\xff")));
    text.replace(at, length, bytes);
  }
  const auto model = ParseLightGbmModel(text);
  if (!model) {
    RC_ASSERT(!model.error().message.empty());
    return;
  }
  const std::vector<double> row(model->feature_names.size(), kNan);
  RC_ASSERT(std::isfinite(RawScore(*model, row)));
}

TEST(LightGbmFeatureName, HasNoBlanksOrJsonCharacters) {
  EXPECT_EQ(LightGbmFeatureName("NAME_TYPE_Cash loans: [a]"), "NAME_TYPE_Cash_loans___a_");
}

// Raw scores by Python LightGBM 4.7.0 on rows made by the same formula.
TEST(ParseLightGbmModel, ScoresARealModelAsLightGbmDoes) {
  const auto model = RealModel();
  if (!model) return;
  EXPECT_EQ(model->trees.size(), 500u);
  ASSERT_EQ(model->feature_names.size(), 125u);
  const std::vector<double> expected = {-3.520755810613128,  -3.5718299655528845,
                                        -5.155698837883569,  -6.396859381067271,
                                        -5.4791405271802365, -5.089740007665932};
  for (size_t i = 0; i < expected.size(); ++i) {
    std::vector<double> row(125);
    for (size_t f = 0; f < row.size(); ++f) {
      const size_t mixed = (f * 7919 + i * 104729) % 1000;
      row[f] = mixed % 5 == 0 ? kNan : (static_cast<double>(mixed) - 500) / 250;
    }
    EXPECT_EQ(RawScore(*model, row), expected[i]) << "row " << i;
  }
}

}  // namespace
}  // namespace fairline
