#include "fairline/training/report_page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/training/report.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"
#include "fairline/training/testing_tables.h"
#include "fairline/training/train.h"

namespace fairline {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The report of a small model.
ReportInput Trained(std::string_view more = "") {
  const std::string yaml =
      "fields: {ID: id}\nearly_stopping_rounds: 10\n"
      "lightgbm: {num_threads: 1, learning_rate: 0.2, feature_fraction: 1}\n";
  const auto config = ParseTrainingConfig(yaml + std::string(more), "train.yaml").value();
  const TrainedModel trained = Train(RiskTable(2'000, 8), config, {}).value();
  return {.report = trained.bundle.report, .lineage = trained.bundle.lineage, .name = "credit 3"};
}

/// The object without some of its members.
Json Without(const Json& json, const std::vector<std::string>& keys) {
  Json kept = Json::MakeObject();
  for (const auto& [key, value] : json.object()) {
    if (std::ranges::find(keys, key) == keys.end()) kept[key] = value;
  }
  return kept;
}

size_t Count(std::string_view text, std::string_view word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

TEST(ReportPage, ShowsEveryPart) {
  const ReportInput input = Trained();
  const std::string page = ReportPage(input);
  EXPECT_EQ(Count(page, "<svg"), 9u);
  EXPECT_EQ(Count(page, "<svg"), Count(page, "<desc"));
  EXPECT_THAT(page, Not(HasSubstr("not in this bundle")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(
      page, HasSubstr(Fixed(
                NumberAt(PartAt(PartAt(input.report, "discrimination"), "pooled"), "roc_auc"), 4)));
  EXPECT_THAT(page, HasSubstr("MONTHLY INCOME"));
  EXPECT_EQ(page, ReportPage(input));
}

TEST(ReportPage, SaysWhatAnOlderBundleLacks) {
  ReportInput input = Trained();
  Json& report = input.report;
  report = Without(report, {"distribution", "stability"});
  report["discrimination"] = Without(*report.Find("discrimination"), {"curve", "deciles"});
  report["calibration"] =
      Without(*report.Find("calibration"),
              {"brier_parts", "hosmer_lemeshow", "spiegelhalter", "slope", "intercept", "mean_pd"});
  report["cut_off"] = Without(*report.Find("cut_off"), {"curve"});
  const std::string page = ReportPage(input);
  EXPECT_EQ(Count(page, "not in this bundle: it was made"), 4u);
  EXPECT_EQ(Count(page, "<svg"), 1u);  // the folds' AUC
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_EQ(FormatReport(report).find("Hosmer"), std::string::npos);
}

TEST(ReportPage, StandsWithoutAReport) {
  const std::string page = ReportPage({.name = "<script>alert(1)</script>"});
  EXPECT_THAT(page, HasSubstr("import it again with data"));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
}

TEST(ReportPage, SpeaksOfScoresWhereThereIsNoPd) {
  const std::string page = ReportPage(Trained("calibration: none\nthreshold: 0.5"));
  EXPECT_THAT(page, HasSubstr("was not calibrated"));
  EXPECT_THAT(page, HasSubstr("model score of 0.5000"));
  EXPECT_THAT(page, Not(HasSubstr("Reliability")));
}

/// A report of ten groups that each miss by `miss` and whose tests give `p_value`.
Json Calibrated(double miss, double p_value, int defaults) {
  Json report;
  report["data"]["rows"] = 100'000;
  report["data"]["defaults"] = defaults;
  report["data"]["default_rate"] = 0.08;
  Json& part = report["calibration"];
  part["calibration_error"] = miss;
  part["hosmer_lemeshow"]["p_value"] = p_value;
  part["spiegelhalter"]["p_value"] = p_value;
  for (int i = 0; i < 10; ++i) {
    Json line;
    line["mean_pd"] = 0.08;
    line["rows"] = 10'000;
    line["observed_95_low"] = 0.08 + miss - 0.002;
    line["observed_95_high"] = 0.08 + miss + 0.002;
    part["table"].Append(std::move(line));
  }
  return report;
}

TEST(CalibrationVerdict, GoesByTheSizeWhereRowsAreMany) {
  EXPECT_EQ(CalibrationVerdict(Calibrated(0.001, 0.4, 8'000)).word, "Yes");
  EXPECT_EQ(CalibrationVerdict(Calibrated(0.004, 1e-9, 8'000)).word, "Nearly");
  EXPECT_EQ(CalibrationVerdict(Calibrated(0.02, 1e-9, 8'000)).word, "With care");
  EXPECT_EQ(CalibrationVerdict(Calibrated(0.004, 0.4, 40)).word, "Cannot tell");
  EXPECT_THAT(CalibrationVerdict(Calibrated(0.004, 1e-9, 8'000)).sentence,
              HasSubstr("on 100,000 rows (Hosmer-Lemeshow p < 0.001"));
}

}  // namespace
}  // namespace fairline
