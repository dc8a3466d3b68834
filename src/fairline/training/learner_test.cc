// What must hold whatever a training learns by.
#include "fairline/training/learner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "fairline/explain/explainer.h"
#include "fairline/models/engine/scorer.h"
#include "fairline/stats/discrimination.h"
#include "fairline/training/export.h"
#include "fairline/training/report.h"
#include "fairline/training/report_page/page.h"
#include "fairline/training/testing_tables.h"
#include "fairline/training/train.h"

namespace fairline {
namespace {

using testing::HasSubstr;

struct Case {
  const char* algorithm;
  const char* options;  // small and quick
  const char* space;
  const char* words;
};

TrainingConfig ConfigOf(const Case& test, const std::string& more = "") {
  const std::string yaml = fmt::format("fields: {{ID: id}}\nfolds: 3\nalgorithm: {}\n{}\n{}",
                                       test.algorithm, test.options, more);
  return ParseTrainingConfig(yaml, "train.yaml").value();
}

class EveryLearner : public testing::TestWithParam<Case> {
 protected:
  static TrainedModel TrainedOn(const Table& table, const std::string& more = "") {
    auto trained = Train(table, ConfigOf(GetParam(), more), {});
    EXPECT_TRUE(trained) << trained.error().message;
    return *std::move(trained);
  }
};

TEST_P(EveryLearner, LearnsCalibratesAndExplains) {
  const TrainedModel trained = TrainedOn(RiskTable(3'000, 1));
  const ModelBundle& bundle = trained.bundle;
  EXPECT_GT(RocAuc(trained.probabilities, trained.outcomes), 0.75);
  const double mean_pd =
      std::accumulate(trained.probabilities.begin(), trained.probabilities.end(), 0.0) / 3'000;
  EXPECT_NEAR(mean_pd, bundle.report.Find("data")->Find("default_rate")->number(), 0.03);
  EXPECT_EQ(bundle.references.space, GetParam().space);
  EXPECT_EQ(bundle.report.Find("importance")->array()[0].Find("feature")->string(),
            "MONTHLY INCOME");

  const auto scorer = CompileScorer(bundle.model);
  const auto explainer = MakeExplainer(bundle.model);
  std::vector<double> attributions(bundle.plan.size());
  for (size_t row = 0; row < 50; ++row) {
    const auto features = trained.matrix.Row(row);
    const ModelOutput output = scorer->Score(features);
    const ModelOutput reference = OutputOf(bundle.model, features);
    ASSERT_EQ(output.raw_score, reference.raw_score);
    ASSERT_EQ(output.model_score, reference.model_score);
    ASSERT_EQ(output.log_odds, reference.log_odds);
    explainer->Explain(features, attributions);
    const double sum = std::accumulate(attributions.begin(), attributions.end(), explainer->base());
    ASSERT_NEAR(sum, output.raw_score, 1e-12);
  }
}

TEST_P(EveryLearner, GivesABundleThatReadsBackTheSame) {
  const TrainedModel trained = TrainedOn(RiskTable(1'000, 2));
  const auto files = WriteBundle(trained.bundle);
  ASSERT_TRUE(files) << files.error().message;
  const auto read = ReadBundle(*files);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(WriteBundle(*read).value(), *files);
  EXPECT_EQ(BundleDigest(*files),
            BundleDigest(WriteBundle(TrainedOn(RiskTable(1'000, 2)).bundle).value()));
}

TEST_P(EveryLearner, ScoresHeldOutRowsWithTheModelThatDidNotSeeThem) {
  const TrainedModel trained = TrainedOn(RiskTable(600, 3));
  const CrossValidation& validation = trained.cross_validation;
  std::vector<Model> folds;
  for (const FoldModel& fold : validation.folds)
    folds.push_back(ParseModel(fold.model_text).value());
  for (size_t row = 0; row < 100; ++row) {
    const Model& model = folds[static_cast<size_t>(trained.folds[row])];
    ASSERT_EQ(validation.outputs[row].raw_score,
              OutputOf(model, trained.matrix.Row(row)).raw_score);
  }
}

TEST_P(EveryLearner, IsNamedInReportPageAndExport) {
  const TrainedModel trained = TrainedOn(RiskTable(1'000, 4));
  const ModelBundle& bundle = trained.bundle;
  EXPECT_THAT(FormatReport(bundle.report), HasSubstr(GetParam().words));
  EXPECT_THAT(ReportPage({.report = bundle.report, .lineage = bundle.lineage, .name = "m"}),
              HasSubstr(GetParam().words));
  EXPECT_EQ(bundle.lineage.Find("algorithm")->string(), GetParam().algorithm);
  const BundleFiles files = ExportTraining(trained, ConfigOf(GetParam()));
  EXPECT_THAT(files.at("matrix.json"), HasSubstr(GetParam().algorithm));
}

TEST_P(EveryLearner, CanBeStopped) {
  std::atomic<bool> cancel = true;
  const auto trained = Train(RiskTable(1'000, 5), ConfigOf(GetParam()), {.cancel = &cancel});
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.error().code, ErrorCode::kCancelled);
}

INSTANTIATE_TEST_SUITE_P(
    Algorithms, EveryLearner,
    testing::Values(
        Case{"lightgbm",
             "early_stopping_rounds: 10\nlightgbm: {num_threads: 1, learning_rate: 0.2}",
             "log_odds", "LightGBM, "},
        Case{"easy_ensemble", "easy_ensemble: {n_estimators: 10, boosting_rounds: 20}",
             "mean_bag_margin", "EasyEnsemble, 10 bags with 200 stumps"},
        Case{"balanced_random_forest", "balanced_random_forest: {min_samples_leaf: 10}",
             "probability", "Balanced random forest, 100 trees"},
        Case{"scorecard", "", "log_odds", "Scorecard, 2 characteristics"}),
    [](const auto& info) { return std::string(info.param.algorithm); });

TEST(Scorecard, KeepsMonotoneConstraintsAndItsScale) {
  const Case card{"scorecard", ""};
  const auto trained =
      Train(RiskTable(3'000, 6),
            ConfigOf(card, "monotone: {MONTHLY INCOME: decreasing}\nscore_scale: {pdo: 40}"), {});
  ASSERT_TRUE(trained) << trained.error().message;
  const ModelBundle& bundle = trained->bundle;
  EXPECT_EQ(std::get<Scorecard>(bundle.model).scale.pdo, 40);
  const Json& item = bundle.report.Find("monotonicity")->array()[0];
  EXPECT_EQ(item.Find("verdict")->string(), "proved");
  EXPECT_EQ(bundle.calibrator->method(), CalibrationMethod::kOddsShift);
  ModelBundle changed = bundle;
  changed.score_scale.pdo = 20;
  EXPECT_THAT(changed.Validate().error().message, HasSubstr("score scale"));
}

TEST(Scorecard, IsRefutedWhereItsPointsGoTheWrongWay) {
  const Case card{"scorecard", ""};
  const auto trained = Train(RiskTable(3'000, 6), ConfigOf(card), {});
  ASSERT_TRUE(trained);
  const Json item =
      MonotonicityItem(trained->bundle, 0, Direction::kIncreasing, ShownInputs::kAll).value();
  EXPECT_EQ(item.Find("verdict")->string(), "refuted");
  EXPECT_THAT(MonotonicityLine(item), HasSubstr("the raw score goes from"));
}

}  // namespace
}  // namespace fairline
