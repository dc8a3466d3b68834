// One small reader per group of keys, all noting their faults in the same JsonReader.
#include "fairline/training/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "fairline/core/json.h"
#include "fairline/core/yaml.h"

namespace fairline {
namespace {

/// Keeps the value of a part that parsed, notes the faults of one that did not.
template <typename T>
void Keep(Result<T> part, JsonReader& reader, T& place) {
  if (part) {
    place = *std::move(part);
  } else {
    reader.Absorb(part.error());
  }
}

/// What a part's own reader is told of its place; that reader adds the lines.
std::string At(std::string_view source, std::string_view key) {
  return fmt::format("{}: {}", source, key);
}

void ReadFeatures(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  config.encoded = reader.BoolOr("encoded", false);
  if (config.encoded) config.features = {};
  const Json* features = reader.ValueOr("features");
  if (features == nullptr) return;
  if (config.encoded && !(features->is_string() && features->string() == "none")) {
    reader.Fault("features", "must be none, or left out, where `encoded` is true");
  } else if (!features->is_string()) {
    Keep(FeatureSetFromJson(*features, At(source, "features")), reader, config.features);
  } else if (features->string() == "none") {
    config.features = {};
  } else if (features->string() != "domain") {
    config.features = {};
    config.features_file = features->string();
  }
}

void ReadData(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  config.name = reader.StringOr("name", config.name);
  if (config.name.empty()) reader.Fault("name", "must not be empty");
  config.use_protected = reader.BoolOr("use_protected", config.use_protected);
  if (const Json* fields = reader.ValueOr("fields")) {
    Keep(ParseFieldOptions(*fields, At(source, "fields")), reader, config.fields);
  }
  ReadFeatures(reader, source, config);
  const std::string categorical = reader.StringOr("categorical", "ordinal");
  if (categorical == "native") {
    config.categorical = CategoricalHandling::kNative;
  } else if (categorical != "ordinal") {
    reader.Fault("categorical", "must be ordinal or native");
  }
}

int IntegerIn(JsonReader& reader, std::string_view key, int fallback, int least, int most) {
  const int64_t value = reader.IntegerOr(key, fallback);
  if (value < least || value > most) {
    reader.Fault(key, fmt::format("must be between {} and {}", least, most));
    return fallback;
  }
  return static_cast<int>(value);
}

void ReadFit(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  const int64_t seed = reader.IntegerOr("seed", static_cast<int64_t>(config.seed));
  if (seed < 0 || seed > INT32_MAX) reader.Fault("seed", "must be between 0 and 2147483647");
  config.seed = static_cast<uint64_t>(seed);
  config.folds = IntegerIn(reader, "folds", config.folds, 2, 50);
  config.early_stopping_rounds =
      IntegerIn(reader, "early_stopping_rounds", config.early_stopping_rounds, 1, 100'000);
  const std::string weight = reader.StringOr("class_weight", "balanced");
  config.balanced = weight == "balanced";
  if (!config.balanced && weight != "none") {
    reader.Fault("class_weight", "must be balanced or none");
  }
  if (const Json* monotone = reader.ValueOr("monotone")) {
    Keep(ParseMonotone(*monotone, source), reader, config.monotone);
  }
}

void ReadAlgorithm(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  if (const auto named = ParseAlgorithm(reader.StringOr("algorithm", "lightgbm"))) {
    config.algorithm = *named;
  } else {
    reader.Fault("algorithm", named.error().message);
  }
  const auto part = [&](std::string_view key, auto parse, auto& place) {
    if (const Json* options = reader.ValueOr(key)) {
      Keep(parse(*options, At(source, key)), reader, place);
    }
  };
  part("lightgbm", ParseLightGbmParameters, config.lightgbm);
  part("easy_ensemble", ParseEasyEnsemble, config.easy_ensemble);
  part("balanced_random_forest", ParseBalancedForest, config.balanced_random_forest);
  part("scorecard", ParseScorecardOptions, config.scorecard);
}

/// A key without effect is a mistake that nobody would notice.
void RefuseKeysOfOthers(const Json& document, JsonReader& reader, TrainingConfig& config) {
  using enum Algorithm;
  const auto belongs = [&](std::string_view key, std::initializer_list<Algorithm> to) {
    if (document.Find(key) == nullptr || std::ranges::find(to, config.algorithm) != to.end()) {
      return;
    }
    reader.Fault(key,
                 fmt::format("has no effect with algorithm {}", AlgorithmName(config.algorithm)));
  };
  for (const Algorithm each : {kLightGbm, kEasyEnsemble, kBalancedRandomForest, kScorecard}) {
    belongs(AlgorithmName(each), {each});
  }
  belongs("class_weight", {kLightGbm});
  belongs("early_stopping_rounds", {kLightGbm});
  belongs("monotone", {kLightGbm, kScorecard});
  belongs("categorical", {kLightGbm});
}

/// What follows from the algorithm where the configuration says nothing.
void ApplyAlgorithm(TrainingConfig& config) {
  if (config.algorithm != Algorithm::kScorecard) return;
  // Bins are sets of categories, and a PD is what the points say.
  config.categorical = CategoricalHandling::kNative;
  if (config.calibrate && !config.calibration) config.calibration = CalibrationMethod::kOddsShift;
}

void ReadCalibration(JsonReader& reader, TrainingConfig& config) {
  const std::string name = reader.StringOr("calibration", "auto");
  if (name == "auto") return;
  config.calibrate = name != "none";
  if (!config.calibrate) return;
  using enum CalibrationMethod;
  for (CalibrationMethod method : {kOddsShift, kPlatt, kIsotonic}) {
    if (name == CalibrationMethodName(method)) config.calibration = method;
  }
  if (!config.calibration) {
    reader.Fault("calibration", "must be auto, odds_shift, platt, isotonic or none");
  }
}

bool IsPositive(double value) { return std::isfinite(value) && value > 0; }

void ReadCutOff(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  if (const Json* costs = reader.ValueOr("costs")) {
    JsonReader part(*costs, At(source, "costs"));
    config.costs.false_negative = part.Number("false_negative");
    config.costs.false_positive = part.Number("false_positive");
    if (Status read = part.Finish(); !read) {
      reader.Absorb(read.error());
    } else if (!IsPositive(config.costs.false_negative) ||
               !IsPositive(config.costs.false_positive)) {
      reader.Fault("costs", "must both be above 0");
    }
  }
  const Json* threshold = reader.ValueOr("threshold");
  if (threshold == nullptr) return;
  if (threshold->is_number()) {
    config.threshold = ThresholdRule::kFixed;
    config.fixed_threshold = threshold->number();
    if (!(config.fixed_threshold > 0 && config.fixed_threshold <= 1)) {
      reader.Fault("threshold", "must be above 0 and at most 1");
    }
  } else if (threshold->is_string() && threshold->string() == "f_beta") {
    config.threshold = ThresholdRule::kFBeta;
  } else if (!threshold->is_string() || threshold->string() != "cost") {
    reader.Fault("threshold", "must be cost, f_beta or a number");
  }
}

void ReadScoreScale(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  const Json* scale = reader.ValueOr("score_scale");
  if (scale == nullptr) return;
  JsonReader part(*scale, At(source, "score_scale"));
  config.score_scale.score = part.NumberOr("score", config.score_scale.score);
  config.score_scale.odds = part.NumberOr("odds", config.score_scale.odds);
  config.score_scale.pdo = part.NumberOr("pdo", config.score_scale.pdo);
  if (Status read = part.Finish(); !read) {
    reader.Absorb(read.error());
  } else if (!IsPositive(config.score_scale.odds) || !IsPositive(config.score_scale.pdo)) {
    reader.Fault("score_scale", "odds and pdo must be above 0");
  }
}

void ReadReasonGroups(JsonReader& reader, std::string_view source, TrainingConfig& config) {
  const Json* list = reader.ValueOr("reason_groups");
  if (list == nullptr || (list->is_string() && list->string() == "domain")) return;
  if (!list->is_array()) {
    reader.Fault("reason_groups", "must be domain or a list of {code, text, features}");
    return;
  }
  config.reason_groups.emplace();
  for (const Json& item : list->array()) {
    JsonReader part(item, At(source, "reason_groups"));
    ReasonGroup group;
    group.code = part.String("code");
    group.text = part.String("text");
    group.features = part.Strings("features");
    if (Status read = part.Finish(); !read) reader.Absorb(read.error());
    config.reason_groups->push_back(std::move(group));
  }
}

}  // namespace

Result<TrainingConfig> ParseTrainingConfig(std::string_view yaml, std::string_view source) {
  Json document = FAIRLINE_TRY(ParseYaml(yaml, source));
  if (document.is_null()) document = Json::MakeObject();
  JsonReader reader(document, std::string(source));
  TrainingConfig config;
  ReadData(reader, source, config);
  ReadFit(reader, source, config);
  ReadAlgorithm(reader, source, config);
  RefuseKeysOfOthers(document, reader, config);
  ReadCalibration(reader, config);
  ReadCutOff(reader, source, config);
  ReadScoreScale(reader, source, config);
  ReadReasonGroups(reader, source, config);
  FAIRLINE_TRY(reader.Finish());
  ApplyAlgorithm(config);
  return config;
}

Status UseFeatures(std::string_view yaml, TrainingConfig& config) {
  config.features = FAIRLINE_TRY(ParseDefinitions(yaml, config.features_file));
  config.features_file.clear();
  return {};
}

}  // namespace fairline
