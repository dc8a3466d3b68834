#include "fairline/training/train.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "fairline/models/lightgbm_text.h"
#include "fairline/stats/discrimination.h"
#include "fairline/training/export.h"
#include "fairline/training/fit_decision.h"
#include "fairline/training/lightgbm_learner.h"
#include "fairline/training/report.h"
#include "fairline/training/testing_tables.h"

namespace fairline {
namespace {

using testing::HasSubstr;

/// Small and quick: a few dozen trees on one thread.
TrainingConfig QuickConfig(std::string_view more = "") {
  const std::string yaml =
      "fields: {ID: id}\nearly_stopping_rounds: 10\n"
      "lightgbm: {num_threads: 1, learning_rate: 0.2, feature_fraction: 1}\n";
  return ParseTrainingConfig(yaml + std::string(more), "train.yaml").value();
}

TrainedModel Trained(const Table& table, const TrainingConfig& config) {
  Result<TrainedModel> trained = Train(table, config, {});
  EXPECT_TRUE(trained) << trained.error().message;
  return *std::move(trained);
}

std::string Refused(const Table& table, const TrainingConfig& config) {
  const Result<TrainedModel> trained = Train(table, config, {});
  EXPECT_FALSE(trained);
  return trained ? "" : trained.error().message;
}

Table Without(const Table& table, std::string_view name) {
  std::vector<Column> columns;
  for (const Column& column : table.columns()) {
    if (column.name != name) columns.push_back(column);
  }
  return Table(std::move(columns));
}

TEST(Train, LearnsWhatIsThere) {
  const Table table = RiskTable(3'000, 1);
  const TrainedModel trained = Trained(table, QuickConfig());
  const ModelBundle& bundle = trained.bundle;
  EXPECT_GT(RocAuc(trained.probabilities, trained.outcomes), 0.8);
  EXPECT_EQ(bundle.plan.features()[0].name, "MONTHLY INCOME");
  EXPECT_EQ(FeatureNames(bundle.model)[0], "MONTHLY_INCOME");
  ASSERT_TRUE(bundle.calibrator && bundle.cut_off);
  EXPECT_DOUBLE_EQ(bundle.cut_off->threshold, 1.0 / 11);
  EXPECT_NE(bundle.references.Find("at_cutoff"), nullptr);
  const Json& importance = *bundle.report.Find("importance");
  EXPECT_EQ(importance.array()[0].Find("feature")->string(), "MONTHLY INCOME");
  const double mean_pd =
      std::accumulate(trained.probabilities.begin(), trained.probabilities.end(), 0.0) / 3'000;
  EXPECT_NEAR(mean_pd, bundle.report.Find("data")->Find("default_rate")->number(), 0.01);
}

TEST(Train, GivesTheSameBundleOnAnyNumberOfThreads) {
  const Table table = RiskTable(1'000, 2);
  TrainingConfig config = QuickConfig();
  const auto one = WriteBundle(Trained(table, config).bundle);
  config.lightgbm.num_threads = 4;
  const auto four = WriteBundle(Trained(table, config).bundle);
  ASSERT_TRUE(one && four);
  EXPECT_EQ(BundleDigest(*one), BundleDigest(*four));
  config.seed = 2;
  EXPECT_NE(BundleDigest(*one), BundleDigest(*WriteBundle(Trained(table, config).bundle)));
}

TEST(Train, ScoresHeldOutRowsWithTheModelThatDidNotSeeThem) {
  const TrainedModel trained = Trained(RiskTable(600, 3), QuickConfig("folds: 3"));
  const auto& validation = trained.cross_validation;
  ASSERT_EQ(validation.folds.size(), 3u);
  for (size_t row = 0; row < 600; ++row) {
    const auto& fold = validation.folds[static_cast<size_t>(trained.folds[row])];
    const TreeEnsemble model = ParseLightGbmModel(fold.model_text).value();
    ASSERT_EQ(model.trees.size(), static_cast<size_t>(fold.best_round));
    ASSERT_EQ(validation.outputs[row].raw_score, RawScore(model, trained.matrix.Row(row)));
    if (row > 20) break;
  }
  EXPECT_EQ(std::get<TreeEnsemble>(trained.bundle.model).trees.size(),
            static_cast<size_t>(MeanBestRound(validation.folds)));
}

TEST(TrainingPlan, KnowsCustomaryNamesUnlessTheyAreDeclared) {
  const Table table = RiskTable(20, 1);
  EXPECT_EQ(TrainingPlan(table, {})->size(), 3u);
  const auto declared = ParseTrainingConfig("fields: {ID: feature, NOISE: target}", "train.yaml");
  EXPECT_EQ(TrainingPlan(table, *declared)->size(), 4u);  // TARGET too is a feature then
}

TEST(Train, WeighsBothClassesTheSame) {
  const ClassWeights weights = BalancedWeights(std::vector<double>{1, 0, 0, 0});
  EXPECT_DOUBLE_EQ(weights.of_default, 2);
  EXPECT_DOUBLE_EQ(weights.of_other, 4.0 / 6);
}

TEST(Train, SplitsCategoriesAsSetsWhenAsked) {
  const TrainedModel trained = Trained(RiskTable(2'000, 4), QuickConfig("categorical: native"));
  EXPECT_EQ(trained.matrix.categorical, (std::vector<size_t>{2}));
  EXPECT_THAT(trained.bundle.model_text, HasSubstr("cat_threshold="));
}

TEST(Train, TakesAnEncodedTableAsItIs) {
  const Table table = Without(RiskTable(800, 5), "JOB");
  const TrainedModel trained = Trained(table, QuickConfig("encoded: true"));
  EXPECT_EQ(trained.matrix.columns(), 2u);
  EXPECT_THAT(Refused(RiskTable(800, 5), QuickConfig("encoded: true")), HasSubstr("JOB"));
}

TEST(Train, DecidesOnTheModelScoreWithoutCalibration) {
  const TrainedModel trained =
      Trained(RiskTable(800, 6), QuickConfig("calibration: none\nthreshold: 0.5"));
  EXPECT_FALSE(trained.bundle.calibrator);
  EXPECT_EQ(trained.bundle.cut_off->kind, ProbabilityKind::kModelScore);
  EXPECT_EQ(trained.bundle.report.Find("calibration"), nullptr);
}

TEST(Train, SaysWhatIsWrongWithTheData) {
  const Table table = RiskTable(800, 7);
  EXPECT_THAT(Refused(Without(table, "TARGET"), QuickConfig()), HasSubstr("target"));
  TrainingConfig no_bins = QuickConfig();
  no_bins.lightgbm.Set("max_bin", "1");
  EXPECT_THAT(Refused(table, no_bins), HasSubstr("LightGBM says"));
  EXPECT_THAT(Refused(RiskTable(8, 7), QuickConfig()), HasSubstr("folds need"));
  const TrainingConfig constant =
      ParseTrainingConfig("fields: {ID: id, MONTHLY INCOME: ignored, NOISE: ignored, JOB: ignored}",
                          "train.yaml")
          .value();
  EXPECT_THAT(Refused(table, constant), HasSubstr("no column to learn from"));
}

TEST(Train, SaysWhenThereIsNothingToSplitOn) {
  std::vector<Column> columns = Without(RiskTable(400, 8), "NOISE").columns();
  columns[1].numbers.assign(400, 1);
  columns[2].codes.assign(400, 0);
  EXPECT_THAT(Refused(Table(columns), QuickConfig()), HasSubstr("nothing to split on"));
}

TEST(Train, WarnsOfAColumnThatKnowsTheOutcome) {
  std::vector<Column> columns = RiskTable(600, 14).columns();
  EXPECT_EQ(Trained(Table(columns), QuickConfig()).bundle.report.Find("warnings"), nullptr);
  columns[2].numbers = columns[4].numbers;
  const ModelBundle bundle = Trained(Table(columns), QuickConfig()).bundle;
  ASSERT_NE(bundle.report.Find("warnings"), nullptr);
  EXPECT_THAT(FormatReport(bundle.report), HasSubstr("too good to be true"));
}

TEST(Train, StopsWhenAsked) {
  std::atomic<bool> cancel = false;
  const Progress progress{.report = [&](std::string_view, double) { cancel = true; },
                          .cancel = &cancel};
  const auto trained = Train(RiskTable(1'000, 9), QuickConfig(), progress);
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.error().code, ErrorCode::kCancelled);
}

TEST(ExportTraining, HoldsTheMatrixAndEveryFold) {
  const TrainingConfig config = QuickConfig("folds: 3");
  const TrainedModel trained = Trained(RiskTable(500, 10), config);
  const BundleFiles files = ExportTraining(trained, config);
  EXPECT_EQ(files.at("matrix.f64").size(), 500u * 3 * 8);
  EXPECT_EQ(files.at("target.u8").size(), 500u);
  EXPECT_TRUE(files.contains("fold_2.lgb.txt"));
  EXPECT_THAT(files.at("matrix.json"), HasSubstr("min_data_in_leaf=5"));
}

TEST(FitDecision, CompletesABareModel) {
  const Table table = RiskTable(2'000, 11);
  const TrainedModel trained = Trained(Without(table, "JOB"), QuickConfig());
  ModelBundle bare = BundleOfBareModel(trained.bundle.model_text).value();

  std::vector<Column> columns = RiskTable(1'500, 12).columns();
  columns[1].name = "MONTHLY_INCOME";
  const auto report =
      FitDecision(bare, Table(columns), "TARGET", {.false_negative = 4, .false_positive = 1}, 1);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_DOUBLE_EQ(bare.cut_off->threshold, 0.2);
  EXPECT_TRUE(bare.calibrator);
  EXPECT_FALSE(bare.reason_groups.empty());
  EXPECT_EQ(report->Find("data")->Find("rows")->integer(), 1'500);
  EXPECT_THAT(report->Find("note")->string(), HasSubstr("1500 rows"));
  EXPECT_TRUE(WriteBundle(bare));
}

TEST(FormatReport, FitsATerminal) {
  const TrainedModel trained = Trained(RiskTable(1'000, 13), QuickConfig());
  const std::string text = FormatReport(trained.bundle.report);
  EXPECT_THAT(text, HasSubstr("ROC-AUC"));
  EXPECT_THAT(text, HasSubstr("REJECT from PD 0.0909 up"));
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    size_t width = 0;
    for (size_t i = begin; i < end; ++i) width += (text[i] & 0xc0) != 0x80;
    EXPECT_LE(width, 105u) << text.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_EQ(FormatReport(Json::MakeObject()), "");
}

}  // namespace
}  // namespace fairline
