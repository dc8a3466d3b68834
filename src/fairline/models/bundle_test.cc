#include "fairline/models/bundle.h"

#include <gmock/gmock.h>

#include "fairline/core/hash.h"
#include "fairline/core/math.h"
#include "fairline/models/sample_model_test.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

ModelBundle FullBundle() {
  ModelBundle bundle = *BundleOfBareModel(SampleModelText());
  bundle.calibrator = Calibrator::Platt(0.9, -1.0 / 3);
  bundle.cut_off = CutOff{.threshold = 1.0 / 11,
                          .origin = "cost_matrix",
                          .model_sha256 = Sha256Hex(bundle.model_text),
                          .costs = {10, 1}};
  bundle.reason_groups = {{"INCOME", "Income", {"income"}},
                          {"REST", "The rest", {"region", "age"}}};
  bundle.references = {
      "path_dependent_tree_shap", "log_odds", {{"all", "all rows", 100, {0.1, -1.0 / 3, 1e-17}}}};
  bundle.baseline["income"] = Json::ArrayOf(std::vector<double>{1, 2, 3});
  bundle.report["auc"] = 0.75;
  return bundle;
}

TreeEnsemble& Trees(ModelBundle& bundle) { return std::get<TreeEnsemble>(bundle.model); }

/// The files with a document changed and the checksums made right again.
BundleFiles WithFile(BundleFiles files, const std::string& name, const std::string& bytes) {
  files["bundle.json"] = Replaced(files["bundle.json"], Sha256Hex(files[name]), Sha256Hex(bytes));
  files[name] = bytes;
  return files;
}

TEST(Bundle, SurvivesItsFilesBitForBit) {
  const ModelBundle bundle = FullBundle();
  const auto files = WriteBundle(bundle);
  ASSERT_TRUE(files) << files.error().message;
  const auto read = ReadBundle(*files);
  ASSERT_TRUE(read) << read.error().message;
  const std::vector<double> row = {5, 30, 2};
  const Score before = ScoreOf(bundle, OutputOf(bundle.model, row));
  const Score after = ScoreOf(*read, OutputOf(read->model, row));
  EXPECT_EQ(before.raw_score, after.raw_score);
  EXPECT_EQ(before.model_score, after.model_score);
  EXPECT_EQ(before.pd, after.pd);
  EXPECT_EQ(read->cut_off->threshold, 1.0 / 11);
  EXPECT_EQ(read->references.Find("all")->mean, bundle.references.Find("all")->mean);
  EXPECT_EQ(read->reason_groups[1].features, bundle.reason_groups[1].features);
  EXPECT_EQ(read->baseline, bundle.baseline);
  const auto again = WriteBundle(*read);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *files);
  EXPECT_EQ(BundleDigest(*again), BundleDigest(*files));
  EXPECT_EQ(BundleDigest(*files), Sha256Hex(files->at("bundle.json")));
}

TEST(Bundle, OfABareModelScoresAndDecidesNothing) {
  const auto bundle = BundleOfBareModel(SampleModelText());
  ASSERT_TRUE(bundle) << bundle.error().message;
  EXPECT_EQ(bundle->plan.size(), 3u);
  EXPECT_EQ(bundle->plan.signature().fields()[0].name, "income");
  EXPECT_TRUE(bundle->plan.signature().fields()[0].required);
  EXPECT_FALSE(bundle->cut_off);
  const Score score = ScoreOf(*bundle, OutputOf(bundle->model, std::vector<double>{5, 30, 2}));
  EXPECT_EQ(score.raw_score, -0.25 + 2 + 0.0625);
  EXPECT_EQ(score.model_score, Logistic(score.raw_score));
  EXPECT_FALSE(score.pd);
  EXPECT_TRUE(WriteBundle(*bundle));
}

TEST(Bundle, PdIsReadFromLogOdds) {
  auto bundle = BundleOfBareModel(Replaced(SampleModelText(), "sigmoid:1", "sigmoid:2"));
  ASSERT_TRUE(bundle);
  bundle->calibrator = Calibrator::OddsShift(1);
  const Score score = ScoreOf(*bundle, OutputOf(bundle->model, std::vector<double>{5, 30, 2}));
  EXPECT_EQ(score.raw_score, 1.8125);
  EXPECT_EQ(score.pd, Logistic(2.625));
}

TEST(Bundle, WrongMissingAndForeignFilesAreDataLoss) {
  const BundleFiles files = *WriteBundle(FullBundle());
  for (const auto& [name, bytes] : files) {
    if (name == "bundle.json") continue;
    BundleFiles changed = files;
    changed[name] += " ";
    auto read = ReadBundle(changed);
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, ErrorCode::kDataLoss);
    EXPECT_THAT(read.error().message, HasSubstr(name));
    changed.erase(name);
    read = ReadBundle(changed);
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, ErrorCode::kDataLoss);
    EXPECT_THAT(read.error().message, HasSubstr(name));
  }
  BundleFiles foreign = files;
  foreign["notes.txt"] = "hello";
  EXPECT_THAT(ReadBundle(foreign).error().message, HasSubstr("notes.txt"));
  EXPECT_EQ(ReadBundle({}).error().code, ErrorCode::kDataLoss);
}

TEST(Bundle, NewerFormatIsUnsupported) {
  BundleFiles files = *WriteBundle(FullBundle());
  files["bundle.json"] =
      Replaced(files["bundle.json"], "\"format_version\": 1", "\"format_version\": 2");
  EXPECT_EQ(ReadBundle(files).error().code, ErrorCode::kUnsupported);
}

TEST(Bundle, ThresholdOfAnotherModelIsRefused) {
  ModelBundle bundle = FullBundle();
  bundle.cut_off->model_sha256 = Sha256Hex("another model");
  auto status = bundle.Validate();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(status.error().message, "the threshold was derived for another model");
  const BundleFiles files = *WriteBundle(FullBundle());
  const std::string other = Replaced(files.at("model.lgb"), "leaf_value=0.5", "leaf_value=0.6");
  EXPECT_EQ(ReadBundle(WithFile(files, "model.lgb", other)).error().code,
            ErrorCode::kFailedPrecondition);
}

TEST(Bundle, FaultsInADocumentNameTheFile) {
  const BundleFiles files = *WriteBundle(FullBundle());
  const std::map<std::string, std::string> documents = {
      {"plan.json", "{}"},
      {"calibration.json", "{\"method\": \"magic\"}"},
      {"decision.json", "{\"cut_off\": {\"threshold\": \"high\"}}"},
      {"reasons.json", "{\"groups\": 3}"},
      {"references.json", "{\"method\": \"m\", \"space\": \"s\", \"populations\": [4]}"},
      {"report.json", "{"},
      {"model.lgb", "tree\n"}};
  for (const auto& [name, bytes] : documents) {
    const auto read = ReadBundle(WithFile(files, name, bytes));
    ASSERT_FALSE(read) << name;
    EXPECT_THAT(read.error().message, HasSubstr(name));
  }
}

TEST(Bundle, ValidateFindsWhatDoesNotFitTogether) {
  const auto fault = [](auto change) {
    ModelBundle bundle = FullBundle();
    change(bundle);
    const auto status = bundle.Validate();
    return status ? std::string("valid") : status.error().message;
  };
  EXPECT_EQ(fault([](ModelBundle&) {}), "valid");
  EXPECT_THAT(fault([](ModelBundle& b) { b.reason_groups[0].features = {"wealth"}; }),
              HasSubstr("wealth"));
  EXPECT_THAT(fault([](ModelBundle& b) { b.reason_groups[0].features = {"age"}; }),
              HasSubstr("twice"));
  EXPECT_THAT(fault([](ModelBundle& b) { b.references.populations[0].mean.pop_back(); }),
              HasSubstr("one finite mean"));
  EXPECT_THAT(fault([](ModelBundle& b) { b.cut_off->threshold = 0; }), HasSubstr("(0, 1]"));
  EXPECT_THAT(fault([](ModelBundle& b) { b.calibrator.reset(); }), HasSubstr("no calibration"));
  EXPECT_THAT(fault([](ModelBundle& b) { Trees(b).feature_names[1] = "height"; }),
              HasSubstr("height"));
  EXPECT_THAT(fault([](ModelBundle& b) { Trees(b).feature_names.pop_back(); }), HasSubstr("3"));
  EXPECT_THAT(fault([](ModelBundle& b) { b.calibrator = Calibrator::Platt(-1, 0); }),
              HasSubstr("falls"));
}

TEST(ScoreScale, PdoPointsDoubleTheOdds) {
  const ScoreScale scale;
  EXPECT_NEAR(scale.Points(1.0 / 51), 600, 1e-9);
  EXPECT_NEAR(scale.Points(1.0 / 101), 620, 1e-9);
  EXPECT_LT(scale.Points(0.2), scale.Points(0.1));
}

}  // namespace
}  // namespace fairline
