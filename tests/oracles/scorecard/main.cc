// What tests/functional/test_scorecard.py compares with OptBinning and scikit-learn: trains a
// scorecard from the files that a JSON document names and prints, as JSON, the card, every
// feature's pre-bins and optimal bins, and the log-odds and points of the rows to be scored.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "fairline/core/file.h"
#include "fairline/training/scorecard/bin_feature.h"
#include "fairline/training/scorecard/train_scorecard.h"

namespace fairline {
namespace {

constexpr size_t kLargestFile = size_t{4} << 30;

/// float64 as NumPy's tofile() writes them.
Result<std::vector<double>> ReadDoubles(const std::string& path) {
  const std::string bytes = FAIRLINE_TRY(ReadFile(path, kLargestFile));
  std::vector<double> values(bytes.size() / sizeof(double));
  bytes.copy(reinterpret_cast<char*>(values.data()), values.size() * sizeof(double));
  return values;
}

Result<MonotoneTrend> TrendOf(const std::string& name) {
  using enum MonotoneTrend;
  for (const MonotoneTrend trend : {kAuto, kAscending, kDescending, kPeak, kValley, kNone}) {
    if (name == MonotoneTrendName(trend)) return trend;
  }
  return Fail(ErrorCode::kInvalidArgument, "no trend " + name);
}

struct Task {
  EncodedMatrix matrix;
  std::vector<double> outcomes, weights, to_score;
  ScorecardOptions options;
};

Result<ScorecardOptions> ReadOptions(const Json& json) {
  JsonReader reader(json, "options");
  ScorecardOptions options;
  options.trend = FAIRLINE_TRY(TrendOf(reader.StringOr("trend", "auto")));
  options.prebin_share = reader.NumberOr("prebin_share", options.prebin_share);
  options.min_bin_share = reader.NumberOr("min_bin_share", options.min_bin_share);
  options.min_bin_outcomes = reader.IntegerOr("min_bin_outcomes", options.min_bin_outcomes);
  options.max_p_value = reader.NumberOr("max_p_value", options.max_p_value);
  options.min_information_value =
      reader.NumberOr("min_information_value", options.min_information_value);
  options.max_correlation = reader.NumberOr("max_correlation", options.max_correlation);
  options.l2 = reader.NumberOr("l2", options.l2);
  options.rounded = reader.BoolOr("rounded", false);
  options.threads = static_cast<int>(reader.IntegerOr("threads", 1));
  FAIRLINE_TRY(reader.Finish());
  return options;
}

Result<Task> ReadTask(const std::string& path) {
  const std::string text = FAIRLINE_TRY(ReadFile(path, kLargestFile));
  const Json json = FAIRLINE_TRY(Json::Parse(text));
  JsonReader reader(json, "task");
  Task task;
  task.matrix.names = reader.Strings("features");
  for (const double feature : reader.NumbersOr("categorical", {})) {
    task.matrix.categorical.push_back(static_cast<size_t>(feature));
  }
  task.matrix.values = FAIRLINE_TRY(ReadDoubles(reader.String("matrix")));
  task.outcomes = FAIRLINE_TRY(ReadDoubles(reader.String("outcomes")));
  task.matrix.rows = task.outcomes.size();
  if (reader.Has("weights")) {
    task.weights = FAIRLINE_TRY(ReadDoubles(reader.String("weights")));
  }
  task.to_score = FAIRLINE_TRY(ReadDoubles(reader.String("score")));
  task.options = FAIRLINE_TRY(ReadOptions(reader.Value("options")));
  FAIRLINE_TRY(reader.Finish());
  return task;
}

Json BinsOf(const Task& task, size_t feature) {
  const auto& categorical = task.matrix.categorical;
  const FeatureColumn column{
      .values = std::span(task.matrix.values).subspan(feature),
      .stride = task.matrix.columns(),
      .categorical = std::ranges::find(categorical, feature) != categorical.end(),
      .outcomes = task.outcomes,
      .weights = task.weights};
  const PreBins prebins = MakePreBins(column, task.options.prebin_share);
  const OptimalCuts cuts = FindOptimalCuts(
      prebins.counts, prebins.Total(),
      {.trend = column.categorical ? MonotoneTrend::kAscending : task.options.trend,
       .min_rows = task.options.min_bin_share * static_cast<double>(task.matrix.rows),
       .min_outcomes = task.options.min_bin_outcomes,
       .max_p_value = task.options.max_p_value});
  Json json;
  json["below"] = Json::ArrayOf(prebins.below);
  json["starts"] = Json::ArrayOf(cuts.starts);
  json["trend"] = std::string(MonotoneTrendName(cuts.trend));
  json["information_value"] = cuts.information_value;
  return json;
}

Result<Json> Answer(const Task& task) {
  const Scorecard card =
      FAIRLINE_TRY(TrainScorecard(task.matrix, task.outcomes, task.weights, task.options, {}));
  Json json;
  json["card"] = FAIRLINE_TRY(Json::Parse(WriteScorecard(card)));
  json["text"] = FormatScorecard(PrintedScorecard(card));
  for (size_t feature = 0; feature < task.matrix.columns(); ++feature) {
    json["features"].Append(BinsOf(task, feature));
  }
  const size_t columns = task.matrix.columns();
  std::vector<double> log_odds, points;
  for (size_t at = 0; at < task.to_score.size(); at += columns) {
    const auto row = std::span(task.to_score).subspan(at, columns);
    log_odds.push_back(LogOdds(card, row));
    points.push_back(Points(card, row));
  }
  json["log_odds"] = Json::ArrayOf(log_odds);
  json["points"] = Json::ArrayOf(points);
  return json;
}

Result<Json> Run(const std::string& path) {
  const Task task = FAIRLINE_TRY(ReadTask(path));
  return Answer(task);
}

}  // namespace
}  // namespace fairline

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const auto answer = fairline::Run(arguments[1]);
  if (!answer) {
    fmt::print(stderr, "{}\n", answer.error().message);
    return 1;
  }
  fmt::print("{}\n", answer->Dump());
  return 0;
}
