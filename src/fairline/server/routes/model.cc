// The model that decides now.
#include "fairline/core/json.h"
#include "fairline/server/routes/routes.h"

namespace fairline {
namespace {

Json FieldJson(const Field& field) {
  Json json = Json::MakeObject();
  json["name"] = field.name;
  json["type"] = ColumnTypeName(field.type);
  json["role"] = FieldRoleName(field.role);
  json["required"] = field.required;
  if (field.minimum) json["minimum"] = *field.minimum;
  if (field.maximum) json["maximum"] = *field.maximum;
  if (field.type == ColumnType::kCategorical) json["vocabulary_size"] = field.vocabulary.size();
  return json;
}

Json CutOffJson(const CutOff& cut_off) {
  return Json::Object{{"threshold", cut_off.threshold},
                      {"probability_kind", ProbabilityKindName(cut_off.kind)},
                      {"origin", cut_off.origin},
                      {"costs", Json::Object{{"false_negative", cut_off.costs.false_negative},
                                             {"false_positive", cut_off.costs.false_positive}}}};
}

Json ReasonsJson(const ReferenceValues& references) {
  Json populations = Json::MakeArray();
  for (const auto& population : references.populations) populations.Append(population.name);
  return Json::Object{{"available", !references.populations.empty()},
                      {"populations", std::move(populations)}};
}

/// The validation report's figures of discrimination and calibration, without its tables.
Json MetricsJson(const Json& report) {
  const Json* discrimination = report.Find("discrimination");
  if (discrimination == nullptr) return {};
  Json json = *discrimination;
  const Json* calibration = report.Find("calibration");
  for (const char* name : {"brier", "log_loss", "calibration_error"}) {
    const Json* value = calibration == nullptr ? nullptr : calibration->Find(name);
    if (value != nullptr) json[name] = *value;
  }
  return json;
}

Json ModelDocument(const Deployment& deployment) {
  const ModelBundle& bundle = deployment.bundle;
  Json json = Json::MakeObject();
  json["name"] = deployment.version.name;
  json["version"] = std::to_string(deployment.version.version);
  json["stage"] = StageName(deployment.version.stage);
  json["bundle_digest"] = deployment.version.bundle_digest;
  json["product"] = deployment.product;
  json["policy"] = Json::Object{{"version", deployment.policy.version},
                                {"review_band", deployment.policy.review_band}};
  json["probability_kind"] =
      ProbabilityKindName(bundle.cut_off      ? bundle.cut_off->kind
                          : bundle.calibrator ? ProbabilityKind::kPd
                                              : ProbabilityKind::kModelScore);
  json["calibration"] =
      bundle.calibrator ? Json(CalibrationMethodName(bundle.calibrator->method())) : Json();
  json["threshold"] = bundle.cut_off ? Json(bundle.cut_off->threshold) : Json();
  json["cut_off"] = bundle.cut_off ? CutOffJson(*bundle.cut_off) : Json();
  json["reasons"] = ReasonsJson(bundle.references);
  json["metrics"] = MetricsJson(bundle.report);
  const Json description = DescribeModel(bundle.model);
  for (const auto& [key, value] : description.object()) json[key] = value;
  json["model_inputs"] = bundle.plan.size();
  json["fields"] = Json::MakeArray();
  for (const Field& field : bundle.plan.signature().fields())
    json["fields"].Append(FieldJson(field));
  return json;
}

Result<Response> Describe(const Deployments& deployments) {
  return JsonResponse(ModelDocument(*FAIRLINE_TRY(deployments.Current())));
}

}  // namespace

void ModelInfo(const Services& services, std::shared_ptr<Exchange> exchange) {
  exchange->Reply(Describe(services.deployments));
}

}  // namespace fairline
