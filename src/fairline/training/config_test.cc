#include "fairline/training/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TrainingConfig Parsed(std::string_view yaml) {
  Result<TrainingConfig> config = ParseTrainingConfig(yaml, "train.yaml");
  EXPECT_TRUE(config) << (config ? "" : config.error().message);
  return config.value_or(TrainingConfig{});
}

std::string Refused(std::string_view yaml) {
  const Result<TrainingConfig> config = ParseTrainingConfig(yaml, "train.yaml");
  EXPECT_FALSE(config) << "accepted: " << yaml;
  return config ? "" : config.error().message;
}

TEST(ParseTrainingConfig, NeedsNothing) {
  const TrainingConfig config = Parsed("");
  EXPECT_EQ(config.folds, 5);
  EXPECT_TRUE(config.balanced);
  EXPECT_TRUE(config.calibrate);
  EXPECT_FALSE(config.calibration);
  EXPECT_EQ(config.features.definitions.size(), DomainDefinitions().definitions.size());
  EXPECT_EQ(config.threshold, ThresholdRule::kCostMatrix);
  EXPECT_EQ(*config.lightgbm.Find("learning_rate"), "0.05");
}

TEST(ParseTrainingConfig, ReadsEveryKey) {
  const TrainingConfig config = Parsed(R"(
name: home-credit
use_protected: true
features: none
fields: {SK_ID_CURR: {role: id}, CODE_GENDER: protected}
categorical: native
seed: 7
folds: 3
early_stopping_rounds: 20
class_weight: none
costs: {false_negative: 5, false_positive: 2}
threshold: f_beta
calibration: platt
lightgbm: {num_leaves: 31, n_estimators: 100, n_jobs: -1}
score_scale: {score: 500, odds: 20, pdo: 40}
reason_groups:
  - {code: R1, text: Income, features: [AMT_INCOME_TOTAL]}
)");
  EXPECT_EQ(config.name, "home-credit");
  EXPECT_TRUE(config.use_protected);
  EXPECT_TRUE(config.features.definitions.empty());
  EXPECT_EQ(config.fields.size(), 2u);
  EXPECT_EQ(config.categorical, CategoricalHandling::kNative);
  EXPECT_EQ(config.seed, 7u);
  EXPECT_EQ(config.folds, 3);
  EXPECT_EQ(config.early_stopping_rounds, 20);
  EXPECT_FALSE(config.balanced);
  EXPECT_EQ(config.costs.false_negative, 5);
  EXPECT_EQ(config.threshold, ThresholdRule::kFBeta);
  EXPECT_EQ(config.calibration, CalibrationMethod::kPlatt);
  EXPECT_EQ(*config.lightgbm.Find("num_leaves"), "31");
  EXPECT_EQ(config.lightgbm.max_rounds, 100);
  EXPECT_EQ(config.lightgbm.num_threads, 0);
  EXPECT_EQ(config.score_scale.pdo, 40);
  ASSERT_TRUE(config.reason_groups);
  EXPECT_EQ(config.reason_groups->front().code, "R1");
}

TEST(ParseTrainingConfig, LeavesFeatureFilesToTheCaller) {
  TrainingConfig config = Parsed("features: my_features.yaml");
  EXPECT_EQ(config.features_file, "my_features.yaml");
  EXPECT_TRUE(config.features.definitions.empty());
  const Status used = UseFeatures("definitions: [", config);
  ASSERT_FALSE(used);
  EXPECT_THAT(used.error().message, HasSubstr("my_features.yaml"));
}

TEST(ParseTrainingConfig, ReadsThresholds) {
  const TrainingConfig config = Parsed("threshold: 0.3282\ncalibration: none");
  EXPECT_EQ(config.threshold, ThresholdRule::kFixed);
  EXPECT_EQ(config.fixed_threshold, 0.3282);
  EXPECT_FALSE(config.calibrate);
}

TEST(ParseTrainingConfig, NamesEveryFaultWithItsLine) {
  const std::string message = Refused("folds: 1\nthreshold: 2\ncalibration: magic\nfold: 3\n");
  EXPECT_THAT(message, AllOf(HasSubstr("train.yaml:1"), HasSubstr("between 2 and 50"),
                             HasSubstr("train.yaml:2"), HasSubstr("at most 1"),
                             HasSubstr("odds_shift"), HasSubstr("train.yaml:4")));
}

TEST(ParseTrainingConfig, RefusesCostsThatAreNot) {
  EXPECT_THAT(Refused("costs: {false_negative: 0, false_positive: 1}"), HasSubstr("above 0"));
  EXPECT_THAT(Refused("costs: {false_negative: 10}"), HasSubstr("false_positive"));
  EXPECT_THAT(Refused("score_scale: {pdo: -1}"), HasSubstr("above 0"));
  EXPECT_THAT(Refused("encoded: true\nfeatures: domain"), HasSubstr("none"));
  EXPECT_THAT(Refused("reason_groups: some"), HasSubstr("list"));
  EXPECT_THAT(Refused("seed: -1"), HasSubstr("seed"));
}

TEST(ParseTrainingConfig, TakesEnsemblesByTheirLibrarysNames) {
  const TrainingConfig easy = Parsed(
      "algorithm: easy_ensemble\n"
      "easy_ensemble: {n_estimators: 10, boosting_rounds: 20, algorithm: SAMME.R, grower: "
      "histogram,\n"
      "                learning_rate: 0.5, replacement: true, random_state: 7}");
  EXPECT_EQ(easy.algorithm, Algorithm::kEasyEnsemble);
  EXPECT_EQ(easy.easy_ensemble.bags, 10);
  EXPECT_EQ(easy.easy_ensemble.stumps, 20);
  EXPECT_EQ(easy.easy_ensemble.boosting, Boosting::kSammeR);
  EXPECT_EQ(easy.easy_ensemble.grower, Grower::kHistogram);
  EXPECT_EQ(easy.easy_ensemble.seed, 7u);
  EXPECT_EQ(Parsed("algorithm: easy_ensemble").easy_ensemble.bags, 100);
  EXPECT_EQ(Parsed("algorithm: easy_ensemble").easy_ensemble.seed, 42u);

  const TrainingConfig forest = Parsed(
      "algorithm: balanced_random_forest\n"
      "balanced_random_forest: {bootstrap: true, replacement: false, sampling_strategy: auto,\n"
      "                         max_features: 3, min_samples_leaf: 2}");
  EXPECT_TRUE(forest.balanced_random_forest.bootstrap);
  EXPECT_FALSE(forest.balanced_random_forest.resample_rarer_class);
  EXPECT_EQ(forest.balanced_random_forest.columns, 3);
  EXPECT_EQ(forest.balanced_random_forest.min_leaf, 2);
}

TEST(ParseTrainingConfig, TakesAScorecardAndItsNativeCategories) {
  const TrainingConfig card =
      Parsed("algorithm: scorecard\nscorecard: {trend: peak, rounded: true, l2: 0}");
  EXPECT_EQ(card.scorecard.trend, MonotoneTrend::kPeak);
  EXPECT_TRUE(card.scorecard.rounded);
  EXPECT_EQ(card.categorical, CategoricalHandling::kNative);
  EXPECT_EQ(card.calibration, CalibrationMethod::kOddsShift);
  EXPECT_EQ(Parsed("algorithm: scorecard\ncalibration: platt").calibration,
            CalibrationMethod::kPlatt);
}

TEST(ParseTrainingConfig, RefusesWhatHasNoEffectWithTheAlgorithm) {
  EXPECT_THAT(Refused("algorithm: svm"), HasSubstr("must be one of lightgbm, easy_ensemble"));
  EXPECT_THAT(Refused("easy_ensemble: {}"), HasSubstr("no effect with algorithm lightgbm"));
  for (const char* key : {"lightgbm: {}", "class_weight: none", "early_stopping_rounds: 5",
                          "monotone: {a: increasing}", "categorical: native"}) {
    EXPECT_THAT(Refused(std::string("algorithm: easy_ensemble\n") + key),
                HasSubstr("no effect with algorithm easy_ensemble"))
        << key;
  }
  EXPECT_THAT(Refused("algorithm: easy_ensemble\neasy_ensemble: {n_estimators: 0}"),
              HasSubstr("between 1 and"));
  EXPECT_THAT(Refused("algorithm: easy_ensemble\neasy_ensemble: {grower: best}"),
              HasSubstr("exact, histogram"));
  EXPECT_THAT(Refused("algorithm: balanced_random_forest\n"
                      "balanced_random_forest: {max_features: log2}"),
              HasSubstr("sqrt"));
}

TEST(ParseLightGbmParameters, RefusesWhatIsSetElsewhere) {
  EXPECT_THAT(Refused("lightgbm: {objective: regression}"), HasSubstr("always binary"));
  EXPECT_THAT(Refused("lightgbm: {random_state: 3}"), HasSubstr("`seed`"));
  EXPECT_THAT(Refused("lightgbm: {scale_pos_weight: 3}"), HasSubstr("`class_weight`"));
  EXPECT_THAT(Refused("lightgbm: {boosting_type: dart}"), HasSubstr("gradient-boosted"));
}

TEST(ParseLightGbmParameters, RefusesWhatWouldHaveNoEffect) {
  EXPECT_THAT(Refused("lightgbm: {num_leafs: 31}"), HasSubstr("not a LightGBM parameter"));
  EXPECT_THAT(Refused("lightgbm: {num_leaves: many}"), HasSubstr("whole number"));
  EXPECT_THAT(Refused("lightgbm: {subsample: 0.5, bagging_fraction: 0.6}"),
              HasSubstr("given twice"));
}

}  // namespace
}  // namespace fairline
