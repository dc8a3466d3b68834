#include "fairline/training/monotone.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "fairline/core/suggest.h"
#include "fairline/training/report_page/reader.h"

namespace fairline {
namespace {

std::string At(std::string_view source, const Json& value) {
  return value.line() > 0 ? fmt::format("{}:{}: monotone", source, value.line())
                          : fmt::format("{}: monotone", source);
}

std::unexpected<Error> Refusal(const MonotoneConstraint& constraint, std::string_view why) {
  Error error{.code = ErrorCode::kInvalidArgument,
              .message = fmt::format("{}: {}: {}", constraint.where, constraint.feature, why)};
  error.faults.push_back({"monotone." + constraint.feature, std::string(why)});
  return std::unexpected(std::move(error));
}

std::vector<std::string> NamesOf(const FeaturePlan& plan) {
  std::vector<std::string> names;
  for (const Feature& feature : plan.features()) names.push_back(feature.name);
  return names;
}

const Field* FieldNamed(const FeaturePlan& plan, std::string_view name) {
  const int index = plan.signature().Find(name);
  return index < 0 ? nullptr : &plan.signature().fields()[static_cast<size_t>(index)];
}

bool IsCategory(const FeaturePlan& plan, const Feature& feature) {
  const Field* field = FieldNamed(plan, feature.name);
  return feature.categorical || (field != nullptr && field->type == ColumnType::kCategorical);
}

std::string WhyNoInput(const FeaturePlan& plan, const std::string& name) {
  if (const Field* field = FieldNamed(plan, name)) {
    return fmt::format("is not a model input: its role is {}", FieldRoleName(field->role));
  }
  for (const LeftOut& definition : plan.left_out()) {
    if (definition.name == name) return "was left out of the model: " + definition.reason;
  }
  return fmt::format("is not a model input{}", DidYouMean(name, NamesOf(plan)));
}

/// The model inputs other than `input` that are computed from the field of its name.
Json DerivedFrom(const FeaturePlan& plan, size_t input) {
  Json names = Json::MakeArray();
  const std::string& field = plan.features()[input].name;
  if (FieldNamed(plan, field) == nullptr) return names;
  for (size_t i = 0; i < plan.size(); ++i) {
    const Feature& feature = plan.features()[i];
    if (i != input && std::ranges::find(feature.inputs, field) != feature.inputs.end()) {
      names.Append(feature.name);
    }
  }
  return names;
}

/// A category by its name, a missing value as null.
Json InputJson(const FeaturePlan& plan, size_t input, double value) {
  if (std::isnan(value)) return nullptr;
  const Field* field = FieldNamed(plan, plan.features()[input].name);
  if (field == nullptr || field->type != ColumnType::kCategorical) return value;
  const bool is_known = value >= 0 && value < static_cast<double>(field->vocabulary.size());
  return is_known ? Json(field->vocabulary[static_cast<size_t>(value)]) : Json(nullptr);
}

void AddRows(const ModelBundle& bundle, const Counterexample& rows, ShownInputs shown, Json& item) {
  const FeaturePlan& plan = bundle.plan;
  std::vector<size_t> inputs = FeaturesThatTell(bundle.model, rows);
  Json& tells = item["tells"] = Json::MakeArray();
  for (const size_t input : inputs) tells.Append(plan.features()[input].name);
  if (shown == ShownInputs::kAll) {
    inputs.resize(plan.size());
    for (size_t i = 0; i < inputs.size(); ++i) inputs[i] = i;
  }
  for (const auto* row : {&rows.low_row, &rows.high_row}) {
    Json values = Json::MakeObject();
    for (const size_t input : inputs) {
      values[plan.features()[input].name] = InputJson(plan, input, (*row)[input]);
    }
    item["rows"].Append(std::move(values));
  }
  // The mean margin of an EasyEnsemble may rise where its model score falls.
  const bool bags = std::holds_alternative<StumpEnsemble>(bundle.model);
  for (const auto* row : {&rows.low_row, &rows.high_row}) {
    const Score score = ScoreOf(bundle, OutputOf(bundle.model, *row));
    item[bags ? "model_scores" : "raw_scores"].Append(bags ? score.model_score : score.raw_score);
    item["probabilities"].Append(score.pd.value_or(score.model_score));
  }
}

}  // namespace

Result<std::vector<MonotoneConstraint>> ParseMonotone(const Json& map, std::string_view source) {
  std::vector<MonotoneConstraint> constraints;
  if (!map.is_object()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be a map of model inputs to increasing or decreasing",
                            At(source, map)));
  }
  for (const auto& [name, value] : map.object()) {
    MonotoneConstraint& constraint = constraints.emplace_back(name);
    constraint.where = At(source, value);
    if (!value.is_string()) {
      return Refusal(constraint,
                     fmt::format("must be increasing or decreasing, not {}", value.kind_name()));
    }
    const Result<Direction> direction = ParseDirection(value.string());
    if (!direction) return Refusal(constraint, direction.error().message);
    constraint.direction = *direction;
  }
  return constraints;
}

Result<std::vector<int>> MonotoneColumns(const std::vector<MonotoneConstraint>& constraints,
                                         const FeaturePlan& plan) {
  if (constraints.empty()) return {};
  std::vector<int> columns(plan.size());
  for (const MonotoneConstraint& constraint : constraints) {
    const auto feature = std::ranges::find(plan.features(), constraint.feature, &Feature::name);
    if (feature == plan.features().end()) {
      return Refusal(constraint, WhyNoInput(plan, constraint.feature));
    }
    if (IsCategory(plan, *feature)) {
      return Refusal(constraint, "is a category, and categories have no order");
    }
    columns[static_cast<size_t>(feature - plan.features().begin())] =
        constraint.direction == Direction::kIncreasing ? 1 : -1;
  }
  return columns;
}

std::vector<int> MonotoneInModelFile(const ModelBundle& bundle) {
  constexpr std::string_view kKey = "\nmonotone_constraints=";
  const std::string_view text = bundle.model_text;
  const size_t key = text.substr(0, text.find("\nTree=")).find(kKey);
  if (key == std::string_view::npos) return {};
  const char* at = text.data() + key + kKey.size();
  std::vector<int> columns(bundle.plan.size());
  for (int& column : columns) {
    while (*at == ' ') ++at;
    const auto [stop, error] = std::from_chars(at, text.data() + text.size(), column);
    if (error != std::errc()) return {};
    at = stop;
  }
  return columns;
}

Result<Json> MonotonicityItem(const ModelBundle& bundle, size_t input, Direction direction,
                              ShownInputs shown) {
  if (const Feature& feature = bundle.plan.features()[input]; IsCategory(bundle.plan, feature)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is a category, and categories have no order", feature.name));
  }
  const Monotonicity found = FAIRLINE_TRY(CheckMonotonicity(bundle.model, input, direction));
  Json item;
  item["feature"] = bundle.plan.features()[input].name;
  item["direction"] = DirectionName(direction);
  item["verdict"] = MonotonicityVerdictName(found.verdict);
  if (found.counterexample) AddRows(bundle, *found.counterexample, shown, item);
  if (found.verdict == MonotonicityVerdict::kUndecided) item["bound"] = found.bound;
  item["also_in"] = DerivedFrom(bundle.plan, input);
  return item;
}

Result<Json> MonotonicityReport(const ModelBundle& bundle, const std::vector<int>& columns) {
  Json report = Json::MakeArray();
  for (size_t input = 0; input < columns.size(); ++input) {
    if (columns[input] == 0) continue;
    report.Append(FAIRLINE_TRY(MonotonicityItem(
        bundle, input, columns[input] > 0 ? Direction::kIncreasing : Direction::kDecreasing)));
  }
  return report;
}

RefutedScores RefutedScoresOf(const Json& item) {
  if (item.Find("model_scores") != nullptr) return {"model score", NumbersAt(item, "model_scores")};
  return {"raw score", NumbersAt(item, "raw_scores")};
}

std::string MonotonicityLine(const Json& item) {
  const std::string feature = TextAt(item, "feature"), verdict = TextAt(item, "verdict");
  std::string line = fmt::format("{} ({}): {}", feature, TextAt(item, "direction"), verdict);
  const Json::Array& rows = ListAt(item, "rows");
  const auto [name, scores] = RefutedScoresOf(item);
  if (verdict == "proved") return line + " for all inputs";
  if (rows.size() == 2 && scores.size() == 2) {
    return line + fmt::format("; from {} to {} the {} goes from {:.6g} to {:.6g}",
                              InputText(PartAt(rows[0], feature)),
                              InputText(PartAt(rows[1], feature)), name, scores[0], scores[1]);
  }
  return line + fmt::format("; the raw score goes the wrong way by at most {:.3g}",
                            NumberAt(item, "bound"));
}

std::string InputText(const Json& value) {
  if (value.is_string()) return value.string();
  return value.is_number() ? fmt::format("{}", value.number()) : "missing";
}

}  // namespace fairline
