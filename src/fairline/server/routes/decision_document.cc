// Record -> JSON.
#include "fairline/server/routes/decision_document.h"

#include "fairline/core/clock.h"
#include "fairline/decisioning/record_payload.h"

namespace fairline {
namespace {

std::string_view Label(const Evaluation& evaluation) {
  return evaluation.reject ? "REJECT" : "APPROVE";
}

Json ReasonsJson(const std::vector<Reason>& reasons, bool with_features) {
  Json list = Json::MakeArray();
  for (const Reason& reason : reasons) {
    Json item = Json::Object{{"rank", reason.rank},
                             {"code", reason.code},
                             {"text", reason.text},
                             {"difference", reason.difference}};
    if (with_features) item["features"] = Json::ArrayOf(reason.features);
    list.Append(std::move(item));
  }
  return list;
}

Json NotesJson(const std::vector<Note>& notes) {
  Json list = Json::MakeArray();
  for (const Note& note : notes) {
    list.Append(
        Json::Object{{"field", note.field}, {"code", note.code}, {"message", note.message}});
  }
  return list;
}

Json ApplicationJson(const Application& application) {
  Json json = Json::MakeObject();
  json["external_ref"] = application.external_ref.empty() ? Json() : Json(application.external_ref);
  json["product"] = application.product;
  json["amount_minor"] = application.amount_minor ? Json(*application.amount_minor) : Json();
  json["currency"] = application.currency;
  json["features"] = application.features;
  json["notes"] = NotesJson(application.notes);
  return json;
}

/// The members both documents share, in the words of the reply.
void AddRecommendation(Json& json, const Evaluation& evaluation) {
  json["probability"] = evaluation.probability;
  json["probability_kind"] = ProbabilityKindName(evaluation.probability_kind);
  json["threshold"] = evaluation.threshold;
  json["decision"] = evaluation.reject ? 1 : 0;
  json["decision_label"] = Label(evaluation);
  json["outcome"] = OutcomeName(evaluation.outcome);
  json["risk_score"] = RiskScore(evaluation);
  json["confidence"] = Confidence(evaluation);
}

}  // namespace

Json PredictionDocument(const DecisionRecord& record) {
  Json json = Json::MakeObject();
  AddRecommendation(json, record.evaluation);
  json["model_version"] = std::to_string(record.model_version);
  json["decision_id"] = record.decision_id;
  json["reasons"] = ReasonsJson(record.evaluation.reasons, false);
  json["notes"] = NotesJson(record.application.notes);
  return json;
}

Json DecisionDocument(const DecisionRecord& record) {
  const Evaluation& evaluation = record.evaluation;
  Json json = Json::MakeObject();
  json["decision_id"] = record.decision_id;
  json["prediction_id"] = record.prediction_id;
  json["application_id"] = record.application_id;
  json["applicant_id"] = record.applicant_id;
  json["created_at"] = FormatTimestamp(record.created_at_micros);
  json["decided_by"] = record.decided_by;
  if (record.erased_at_micros) json["erased_at"] = FormatTimestamp(*record.erased_at_micros);
  json["application"] = ApplicationJson(record.application);
  json["model"] = Json::Object{{"name", record.model_name},
                               {"version", std::to_string(record.model_version)},
                               {"bundle_digest", record.bundle_digest}};
  json["policy"] =
      Json::Object{{"version", record.policy.version}, {"review_band", record.policy.review_band}};
  json["scores"] = Json::Object{{"raw_score", evaluation.score.raw_score},
                                {"model_score", evaluation.score.model_score},
                                {"pd", evaluation.score.pd ? Json(*evaluation.score.pd) : Json()}};
  AddRecommendation(json, evaluation);
  json["reasons"] = ReasonsJson(evaluation.reasons, true);
  json["explanation"] = ExplanationText(record);
  json["attributions"] = AttributionsJson(evaluation.attributions, record.layout->attributions);
  return json;
}

}  // namespace fairline
