#include "fairline/training/monotone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/training/report.h"
#include "fairline/training/report_page/page.h"
#include "fairline/training/testing_tables.h"
#include "fairline/training/train.h"

namespace fairline {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kQuick =
    "fields: {ID: id}\nfeatures: none\nfolds: 2\nearly_stopping_rounds: 10\n"
    "lightgbm: {num_threads: 1, learning_rate: 0.2, feature_fraction: 1}\n";

TrainingConfig Config(std::string_view more) {
  return ParseTrainingConfig(std::string(kQuick) + std::string(more), "train.yaml").value();
}

std::string Refused(std::string_view more) {
  const auto config = ParseTrainingConfig(std::string(kQuick) + std::string(more), "train.yaml");
  if (!config) return config.error().message;
  const auto trained = Train(RiskTable(300, 1), *config, {});
  EXPECT_FALSE(trained) << more;
  return trained ? "" : trained.error().message;
}

TEST(Monotone, IsTrainedProvedAndReported) {
  const auto trained = Train(
      RiskTable(2'000, 1), Config("monotone: {NOISE: increasing, MONTHLY INCOME: decreasing}"), {});
  ASSERT_TRUE(trained) << trained.error().message;
  const ModelBundle& bundle = trained->bundle;
  EXPECT_THAT(MonotoneInModelFile(bundle), ElementsAre(-1, 1, 0));
  const Json::Array& items = bundle.report.Find("monotonicity")->array();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].Find("feature")->string(), "MONTHLY INCOME");
  EXPECT_EQ(items[0].Find("direction")->string(), "decreasing");
  for (const Json& item : items) EXPECT_EQ(item.Find("verdict")->string(), "proved");
  EXPECT_THAT(FormatReport(bundle.report),
              HasSubstr("MONTHLY INCOME (decreasing): proved for all inputs"));
  EXPECT_THAT(ReportPage({.report = bundle.report, .lineage = bundle.lineage, .name = "m"}),
              AllOf(HasSubstr("Monotone in the risk"), HasSubstr("proved")));
}

TEST(Monotone, WithoutConstraintsNoiseIsRefutedByTwoRowsOfTheModel) {
  const auto trained = Train(RiskTable(2'000, 1), Config(""), {});
  ASSERT_TRUE(trained);
  const ModelBundle& bundle = trained->bundle;
  EXPECT_EQ(bundle.report.Find("monotonicity"), nullptr);
  EXPECT_TRUE(MonotoneInModelFile(bundle).empty());
  const Json item = MonotonicityItem(bundle, 1, Direction::kIncreasing, ShownInputs::kAll).value();
  EXPECT_EQ(item.Find("verdict")->string(), "refuted");
  const Json::Array& rows = item.Find("rows")->array();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].object().size(), 3u);
  EXPECT_LT(rows[0].Find("NOISE")->number(), rows[1].Find("NOISE")->number());
  EXPECT_TRUE(rows[0].Find("JOB")->is_string());  // a category by its name
  EXPECT_GT(item.Find("raw_scores")->array()[0].number(),
            item.Find("raw_scores")->array()[1].number());
  EXPECT_GE(item.Find("probabilities")->array()[0].number(),
            item.Find("probabilities")->array()[1].number());
  Json report = bundle.report;
  report["monotonicity"].Append(item);
  EXPECT_THAT(FormatReport(report), HasSubstr("NOISE (increasing): refuted; from "));
  EXPECT_THAT(ReportPage({.report = report, .lineage = bundle.lineage, .name = "m"}),
              AllOf(HasSubstr("refuted"), HasSubstr(", with ")));
}

TEST(Monotone, NamesWhatComesFromTheField) {
  const auto trained =
      Train(RiskTable(500, 1),
            ParseTrainingConfig(
                "fields: {ID: id}\nfolds: 2\nmonotone:\n  MONTHLY INCOME: decreasing\nfeatures:\n  "
                "features:\n    - {name: TWICE, sum: [MONTHLY INCOME, NOISE]}\n",
                "train.yaml")
                .value(),
            {});
  ASSERT_TRUE(trained) << trained.error().message;
  const Json& item = trained->bundle.report.Find("monotonicity")->array()[0];
  EXPECT_EQ(item.Find("also_in")->Dump(), R"(["TWICE"])");
}

TEST(Monotone, FaultsAreNamedWithTheirLine) {
  EXPECT_THAT(Refused("monotone:\n  NOISE: up"),
              AllOf(HasSubstr("train.yaml:7: monotone: NOISE"), HasSubstr("increasing or")));
  EXPECT_THAT(Refused("monotone:\n  NOISE: 1"), HasSubstr("train.yaml:7: monotone: NOISE"));
  EXPECT_THAT(Refused("monotone: NOISE"), HasSubstr("train.yaml:6: monotone: must be a map"));
  EXPECT_THAT(Refused("monotone:\n  NOISES: increasing"),
              AllOf(HasSubstr("train.yaml:7: monotone: NOISES: is not a model input"),
                    HasSubstr("did you mean \"NOISE\"?")));
  EXPECT_THAT(Refused("monotone: {JOB: increasing}"), HasSubstr("JOB: is a category"));
  EXPECT_THAT(Refused("categorical: native\nmonotone: {JOB: increasing}"),
              HasSubstr("train.yaml:7: monotone: JOB: is a category"));
  EXPECT_THAT(Refused("monotone: {ID: increasing}"), HasSubstr("its role is id"));
}

TEST(Monotone, IsNotSetAmongLightGbmsParameters) {
  const auto config = ParseTrainingConfig("lightgbm: {monotone_constraints: 1}", "train.yaml");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("use `monotone`"));
}

}  // namespace
}  // namespace fairline
