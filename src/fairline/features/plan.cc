#include "fairline/features/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "fairline/core/check.h"
#include "fairline/features/arithmetic.h"

namespace fairline {
namespace {

Json LeftOutToJson(const std::vector<LeftOut>& left_out) {
  Json array = Json::MakeArray();
  for (const auto& [name, reason] : left_out) {
    Json item = Json::MakeObject();
    item["name"] = name;
    item["reason"] = reason;
    array.Append(std::move(item));
  }
  return array;
}

Result<std::vector<LeftOut>> LeftOutFromJson(const Json& array) {
  std::vector<LeftOut> left_out;
  for (const Json& item : array.array()) {
    JsonReader reader(item, "feature plan, left_out");
    left_out.push_back({reader.String("name"), reader.String("reason")});
    FAIRLINE_TRY(reader.Finish());
  }
  return left_out;
}

Result<FeatureSet> StoredDefinitions(const Json& array) {
  Json json = Json::MakeObject();
  json["features"] = array;
  return FeatureSetFromJson(json, "feature plan");
}

}  // namespace

std::string_view CategoricalHandlingName(CategoricalHandling handling) {
  return handling == CategoricalHandling::kNative ? "native" : "ordinal";
}

Result<CategoricalHandling> ParseCategoricalHandling(std::string_view name) {
  if (name == "ordinal") return CategoricalHandling::kOrdinal;
  if (name == "native") return CategoricalHandling::kNative;
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is not a handling of categories; use ordinal, native", name));
}

void FeaturePlan::Apply(std::span<const double> raw, std::span<double> features) const {
  FAIRLINE_CHECK(raw.size() == signature_.size() && features.size() == size(),
                 "a raw row and a feature row have the lengths of their plan");
  size_t position = 0;
  for (const RawInput& input : raw_inputs_) {
    double value = raw[input.field];
    const bool missing = input.categorical ? value == kUnseenCategory
                                           : std::ranges::find(input.missing_values, value) !=
                                                 input.missing_values.end();
    if (missing) value = std::numeric_limits<double>::quiet_NaN();
    features[position++] = value;
  }
  for (const Derived& derived : derived_) {
    features[position++] = Derive(derived.definition, derived.inputs, features);
  }
}

Json FeaturePlan::ToJson() const {
  Json names = Json::MakeArray();
  for (const Feature& feature : features_) names.Append(feature.name);
  Json definitions = Json::MakeArray();
  for (const Derived& derived : derived_) definitions.Append(DefinitionToJson(derived.definition));

  Json json = Json::MakeObject();
  json["signature"] = signature_.ToJson();
  json["categorical_handling"] = CategoricalHandlingName(handling_);
  json["definitions"] = std::move(definitions);
  json["features"] = std::move(names);
  json["left_out"] = LeftOutToJson(left_out_);
  if (!post_decision_.empty()) json["post_decision"] = Json::ArrayOf(post_decision_);
  return json;
}

// The plan is compiled anew, so that what runs is never other than what the definitions say; the
// stored names of the features must then come out again.
static Result<FeaturePlan> ReadPlan(const Json& json, std::vector<LeftOut>& left_out) {
  JsonReader reader(json, "feature plan");
  const Json& signature_json = reader.Value("signature");
  const auto handling = ParseCategoricalHandling(reader.String("categorical_handling"));
  if (!handling) reader.Fault("categorical_handling", handling.error().message);
  const Json& definitions = reader.Value("definitions");
  const std::vector<std::string> names = reader.Strings("features");
  const Json& left_out_json = reader.Value("left_out");
  if (!left_out_json.is_array()) reader.Fault("left_out", "must be a list");
  const bool late = reader.ValueOr("post_decision") != nullptr;
  FAIRLINE_TRY(reader.Finish());

  const Signature signature = FAIRLINE_TRY(Signature::FromJson(signature_json));
  const FeatureSet set = FAIRLINE_TRY(StoredDefinitions(definitions));
  FeaturePlan plan = FAIRLINE_TRY(FeaturePlan::Compile(
      signature, set, *handling, late ? PostDecision::kAllowed : PostDecision::kRefused));
  const bool same = std::ranges::equal(plan.features(), names, {}, &Feature::name);
  if (!same || !plan.left_out().empty()) {
    return Fail(ErrorCode::kDataLoss,
                "feature plan: its features do not follow from its signature and definitions");
  }
  left_out = FAIRLINE_TRY(LeftOutFromJson(left_out_json));
  return plan;
}

Result<FeaturePlan> FeaturePlan::FromJson(const Json& json) {
  std::vector<LeftOut> left_out;
  auto plan = ReadPlan(json, left_out);
  if (!plan) {
    plan.error().code = ErrorCode::kDataLoss;
    return plan;
  }
  plan->left_out_ = std::move(left_out);
  return plan;
}

}  // namespace fairline
