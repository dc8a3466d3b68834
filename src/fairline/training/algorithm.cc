#include "fairline/training/algorithm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace fairline {
namespace {

constexpr std::string_view kAlgorithms[] = {"lightgbm", "easy_ensemble", "balanced_random_forest",
                                            "scorecard"};
constexpr int kMostMembers = 10'000;
constexpr std::string_view kBoostings[] = {"SAMME", "SAMME.R"};
constexpr std::string_view kGrowers[] = {"exact", "histogram"};
constexpr std::string_view kStrategies[] = {"auto", "all"};

int Integer(JsonReader& reader, std::string_view key, int otherwise, int least, int most) {
  const int64_t value = reader.IntegerOr(key, otherwise);
  if (value >= least && value <= most) return static_cast<int>(value);
  reader.Fault(key, fmt::format("must be between {} and {}", least, most));
  return otherwise;
}

double Positive(JsonReader& reader, std::string_view key, double otherwise) {
  const double value = reader.NumberOr(key, otherwise);
  if (std::isfinite(value) && value > 0) return value;
  reader.Fault(key, "must be above 0");
  return otherwise;
}

/// The place of the word among `words`.
template <typename Words>
size_t Choice(JsonReader& reader, std::string_view key, const Words& words, size_t otherwise) {
  const std::string word = reader.StringOr(key, std::string(words[otherwise]));
  const auto found = std::ranges::find(words, word);
  if (found != std::end(words)) return static_cast<size_t>(found - std::begin(words));
  reader.Fault(key, fmt::format("must be one of {}", fmt::join(words, ", ")));
  return otherwise;
}

uint64_t Seed(JsonReader& reader, uint64_t otherwise) {
  return static_cast<uint64_t>(
      Integer(reader, "random_state", static_cast<int>(otherwise), 0, INT32_MAX));
}

/// "sqrt" or a number of columns; 0 stands for the root.
int MaxFeatures(JsonReader& reader) {
  const Json* value = reader.ValueOr("max_features");
  if (value == nullptr || (value->is_string() && value->string() == "sqrt")) return 0;
  if (value->is_integer() && value->integer() >= 1 && value->integer() <= 10'000) {
    return static_cast<int>(value->integer());
  }
  reader.Fault("max_features", "must be sqrt or a number of columns");
  return 0;
}

constexpr MonotoneTrend kTrends[] = {MonotoneTrend::kAuto,       MonotoneTrend::kAscending,
                                     MonotoneTrend::kDescending, MonotoneTrend::kPeak,
                                     MonotoneTrend::kValley,     MonotoneTrend::kNone};

MonotoneTrend Trend(JsonReader& reader, MonotoneTrend otherwise) {
  std::vector<std::string_view> names;
  for (const MonotoneTrend trend : kTrends) names.push_back(MonotoneTrendName(trend));
  const auto at = static_cast<size_t>(std::ranges::find(kTrends, otherwise) - kTrends);
  return kTrends[Choice(reader, "trend", names, at)];
}

}  // namespace

std::string_view AlgorithmName(Algorithm algorithm) {
  return kAlgorithms[static_cast<size_t>(algorithm)];
}

Result<Algorithm> ParseAlgorithm(std::string_view name) {
  const auto found = std::ranges::find(kAlgorithms, name);
  if (found != std::end(kAlgorithms)) return static_cast<Algorithm>(found - kAlgorithms);
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("must be one of {}", fmt::join(kAlgorithms, ", ")));
}

Result<EasyEnsembleOptions> ParseEasyEnsemble(const Json& map, const std::string& where) {
  JsonReader reader(map, where);
  EasyEnsembleOptions options;
  options.bags = Integer(reader, "n_estimators", options.bags, 1, kMostMembers);
  options.stumps = Integer(reader, "boosting_rounds", options.stumps, 1, kMostMembers);
  options.boosting = static_cast<Boosting>(Choice(reader, "algorithm", kBoostings, 0));
  options.learning_rate = Positive(reader, "learning_rate", options.learning_rate);
  options.grower = static_cast<Grower>(Choice(reader, "grower", kGrowers, 0));
  options.replacement = reader.BoolOr("replacement", options.replacement);
  options.seed = Seed(reader, options.seed);
  FAIRLINE_TRY(reader.Finish());
  return options;
}

Json ToJson(const EasyEnsembleOptions& options) {
  return Json::Object{{"n_estimators", options.bags},
                      {"boosting_rounds", options.stumps},
                      {"algorithm", kBoostings[static_cast<size_t>(options.boosting)]},
                      {"learning_rate", options.learning_rate},
                      {"grower", kGrowers[static_cast<size_t>(options.grower)]},
                      {"replacement", options.replacement},
                      {"random_state", static_cast<int64_t>(options.seed)}};
}

Result<BalancedForestOptions> ParseBalancedForest(const Json& map, const std::string& where) {
  JsonReader reader(map, where);
  BalancedForestOptions options;
  options.trees = Integer(reader, "n_estimators", options.trees, 1, kMostMembers);
  options.bootstrap = reader.BoolOr("bootstrap", options.bootstrap);
  options.replacement = reader.BoolOr("replacement", options.replacement);
  options.resample_rarer_class = Choice(reader, "sampling_strategy", kStrategies, 1) == 1;
  options.columns = MaxFeatures(reader);
  options.min_leaf = Integer(reader, "min_samples_leaf", options.min_leaf, 1, INT32_MAX);
  options.seed = Seed(reader, options.seed);
  FAIRLINE_TRY(reader.Finish());
  return options;
}

Json ToJson(const BalancedForestOptions& options) {
  return Json::Object{{"n_estimators", options.trees},
                      {"bootstrap", options.bootstrap},
                      {"replacement", options.replacement},
                      {"sampling_strategy", kStrategies[options.resample_rarer_class]},
                      {"max_features", options.columns > 0 ? Json(options.columns) : Json("sqrt")},
                      {"min_samples_leaf", options.min_leaf},
                      {"random_state", static_cast<int64_t>(options.seed)}};
}

Result<ScorecardOptions> ParseScorecardOptions(const Json& map, const std::string& where) {
  JsonReader reader(map, where);
  ScorecardOptions options;
  options.trend = Trend(reader, options.trend);
  options.prebin_share = reader.NumberOr("prebin_share", options.prebin_share);
  options.min_bin_share = reader.NumberOr("min_bin_share", options.min_bin_share);
  options.min_bin_outcomes =
      Integer(reader, "min_bin_outcomes", static_cast<int>(options.min_bin_outcomes), 1, INT32_MAX);
  options.max_p_value = reader.NumberOr("max_p_value", options.max_p_value);
  options.min_information_value =
      reader.NumberOr("min_information_value", options.min_information_value);
  options.max_correlation = reader.NumberOr("max_correlation", options.max_correlation);
  options.l2 = reader.NumberOr("l2", options.l2);
  options.rounded = reader.BoolOr("rounded", options.rounded);
  FAIRLINE_TRY(reader.Finish());
  return options;
}

Json ToJson(const ScorecardOptions& options) {
  return Json::Object{{"trend", MonotoneTrendName(options.trend)},
                      {"prebin_share", options.prebin_share},
                      {"min_bin_share", options.min_bin_share},
                      {"min_bin_outcomes", options.min_bin_outcomes},
                      {"max_p_value", options.max_p_value},
                      {"min_information_value", options.min_information_value},
                      {"max_correlation", options.max_correlation},
                      {"l2", options.l2},
                      {"rounded", options.rounded}};
}

}  // namespace fairline
