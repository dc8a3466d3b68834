// Shapes only; the reader of core/json.h does the fault finding.
#include "fairline/models/bundle_json.h"

#include <fmt/format.h>

namespace fairline {
namespace {

Result<CutOff> CutOffFromJson(const Json& json) {
  JsonReader reader(json, "cut_off");
  CutOff cut_off;
  cut_off.threshold = reader.Number("threshold");
  const std::string kind = reader.String("probability_kind");
  if (kind == ProbabilityKindName(ProbabilityKind::kModelScore)) {
    cut_off.kind = ProbabilityKind::kModelScore;
  } else if (kind != ProbabilityKindName(ProbabilityKind::kPd)) {
    reader.Fault("probability_kind", "is neither pd nor model_score");
  }
  cut_off.origin = reader.String("origin");
  cut_off.model_sha256 = reader.String("model_sha256");
  const Json& costs = reader.Value("costs");
  FAIRLINE_TRY(reader.Finish());
  JsonReader costs_reader(costs, "cut_off: costs");
  cut_off.costs.false_negative = costs_reader.Number("false_negative");
  cut_off.costs.false_positive = costs_reader.Number("false_positive");
  FAIRLINE_TRY(costs_reader.Finish());
  return cut_off;
}

Json CutOffToJson(const CutOff& cut_off) {
  Json json;
  json["threshold"] = cut_off.threshold;
  json["probability_kind"] = ProbabilityKindName(cut_off.kind);
  json["origin"] = cut_off.origin;
  json["model_sha256"] = cut_off.model_sha256;
  Json& costs = json["costs"];
  costs["false_negative"] = cut_off.costs.false_negative;
  costs["false_positive"] = cut_off.costs.false_positive;
  return json;
}

}  // namespace

Json DecisionToJson(const ModelBundle& bundle) {
  Json json;
  json["cut_off"] = bundle.cut_off ? CutOffToJson(*bundle.cut_off) : Json();
  Json& scale = json["score_scale"];
  scale["score"] = bundle.score_scale.score;
  scale["odds"] = bundle.score_scale.odds;
  scale["pdo"] = bundle.score_scale.pdo;
  return json;
}

Status ReadDecision(const Json& json, ModelBundle& bundle) {
  JsonReader reader(json, "decision");
  const Json* cut_off = reader.ValueOr("cut_off");
  const Json& scale = reader.Value("score_scale");
  FAIRLINE_TRY(reader.Finish());
  if (cut_off != nullptr && !cut_off->is_null()) {
    bundle.cut_off = FAIRLINE_TRY(CutOffFromJson(*cut_off));
  }
  JsonReader scale_reader(scale, "score_scale");
  bundle.score_scale.score = scale_reader.Number("score");
  bundle.score_scale.odds = scale_reader.Number("odds");
  bundle.score_scale.pdo = scale_reader.Number("pdo");
  return scale_reader.Finish();
}

Json ReasonGroupsToJson(const std::vector<ReasonGroup>& groups) {
  Json json;
  Json& list = json["groups"] = Json::MakeArray();
  for (const ReasonGroup& group : groups) {
    Json item;
    item["code"] = group.code;
    item["text"] = group.text;
    item["features"] = Json::ArrayOf(group.features);
    list.Append(std::move(item));
  }
  return json;
}

Result<std::vector<ReasonGroup>> ReasonGroupsFromJson(const Json& json) {
  JsonReader reader(json, "reasons");
  const Json& list = reader.Value("groups");
  if (!list.is_array()) reader.Fault("groups", "is not an array");
  FAIRLINE_TRY(reader.Finish());
  std::vector<ReasonGroup> groups;
  for (const Json& item : list.array()) {
    JsonReader group_reader(item, fmt::format("reasons: group {}", groups.size()));
    ReasonGroup group;
    group.code = group_reader.String("code");
    group.text = group_reader.String("text");
    group.features = group_reader.Strings("features");
    FAIRLINE_TRY(group_reader.Finish());
    groups.push_back(std::move(group));
  }
  return groups;
}

Json ReferencesToJson(const ReferenceValues& references, const FeaturePlan& plan) {
  Json json;
  json["method"] = references.method;
  json["space"] = references.space;
  Json& list = json["populations"] = Json::MakeArray();
  for (const auto& population : references.populations) {
    Json item;
    item["name"] = population.name;
    item["description"] = population.description;
    item["rows"] = population.rows;
    Json::Object means;
    for (size_t i = 0; i < population.mean.size(); ++i) {
      means.emplace_back(plan.features()[i].name, population.mean[i]);
    }
    item["mean"] = std::move(means);
    list.Append(std::move(item));
  }
  return json;
}

Result<ReferenceValues> ReferencesFromJson(const Json& json, const FeaturePlan& plan) {
  JsonReader reader(json, "references");
  ReferenceValues references;
  references.method = reader.String("method");
  references.space = reader.String("space");
  const Json& list = reader.Value("populations");
  if (!list.is_array()) reader.Fault("populations", "is not an array");
  FAIRLINE_TRY(reader.Finish());
  for (const Json& item : list.array()) {
    JsonReader item_reader(item,
                           fmt::format("references: population {}", references.populations.size()));
    ReferenceValues::Population population;
    population.name = item_reader.String("name");
    population.description = item_reader.String("description");
    population.rows = item_reader.Integer("rows");
    const Json& means = item_reader.Value("mean");
    FAIRLINE_TRY(item_reader.Finish());
    JsonReader mean_reader(means, fmt::format("references: means of \"{}\"", population.name));
    for (const Feature& feature : plan.features()) {
      population.mean.push_back(mean_reader.Number(feature.name));
    }
    FAIRLINE_TRY(mean_reader.Finish());
    references.populations.push_back(std::move(population));
  }
  return references;
}

}  // namespace fairline
