// Columns in one written order, the same for writing and reading.
#include "fairline/decisioning/record_rows.h"

#include <fmt/format.h>

#include <utility>

namespace fairline {

const std::string_view kInsertApplication =
    "INSERT INTO applications (id, applicant_id, external_ref, product, loan_amount, amount_minor, "
    "currency, features, notes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const std::string_view kInsertPrediction =
    "INSERT INTO predictions (id, application_id, model_name, model_version, bundle_digest, "
    "raw_score, model_score, pd, probability_kind, probability, threshold, risk_score, confidence, "
    "feature_importance, reasons, explanation, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
    "$9, $10, $11, $12, $13, $14, $15, $16, $17)";

const std::string_view kInsertDecision =
    "INSERT INTO decisions (id, prediction_id, decision, decided_by, policy, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)";

const std::string_view kSelectRecord =
    "SELECT d.id, d.decision, d.decided_by, d.policy, d.created_at, "
    "p.id, p.model_name, p.model_version, p.bundle_digest, p.raw_score, p.model_score, p.pd, "
    "p.probability_kind, p.probability, p.threshold, p.risk_score, p.feature_importance, "
    "p.reasons, "
    "a.id, a.applicant_id, a.external_ref, a.product, a.amount_minor, a.currency, a.features, "
    "a.notes "
    "FROM decisions d JOIN predictions p ON p.id = d.prediction_id "
    "JOIN applications a ON a.id = p.application_id WHERE d.id = $1";

namespace {

Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

// Decimals go as text, so that no binary fraction stands between the number and its column.
Value AmountText(const std::optional<int64_t>& minor) {
  if (!minor) return {};
  return fmt::format("{}.{:02}", *minor / 100, *minor % 100);
}

Json NotesJson(const std::vector<Note>& notes) {
  Json::Array array;
  for (const Note& note : notes) {
    array.push_back(
        Json::Object{{"field", note.field}, {"code", note.code}, {"message", note.message}});
  }
  return array;
}

Json AttributionsJson(const Attributions& attributions) {
  Json::Object values;
  values.reserve(attributions.values.size());
  for (size_t i = 0; i < attributions.values.size(); ++i) {
    values.emplace_back(attributions.features[i], attributions.values[i]);
  }
  return Json::Object{{"method", attributions.method},
                      {"space", attributions.space},
                      {"base", attributions.base},
                      {"values", std::move(values)}};
}

Json ReasonsJson(const std::vector<Reason>& reasons) {
  Json::Array array;
  for (const Reason& reason : reasons) {
    array.push_back(Json::Object{{"rank", reason.rank},
                                 {"code", reason.code},
                                 {"text", reason.text},
                                 {"difference", reason.difference},
                                 {"features", Json::ArrayOf(reason.features)}});
  }
  return array;
}

Json PolicyJson(const Policy& policy) {
  return Json::Object{{"version", policy.version}, {"review_band", policy.review_band}};
}

// Takes the columns of a row one after the other.
class RowReader {
 public:
  explicit RowReader(const Row& row) : row_(row) {}

  std::string Text() {
    const Value& value = row_[next_++];
    return std::holds_alternative<std::string>(value) ? std::get<std::string>(value) : "";
  }
  std::optional<int64_t> Integer() {
    const Value& value = row_[next_++];
    if (const auto* integer = std::get_if<int64_t>(&value)) return *integer;
    return std::nullopt;
  }
  std::optional<double> Number() {
    const Value& value = row_[next_++];
    if (const auto* number = std::get_if<double>(&value)) return *number;
    return std::nullopt;
  }
  Result<Json> Document() { return Json::Parse(Text()); }

 private:
  const Row& row_;
  size_t next_ = 0;
};

Result<std::vector<Note>> NotesOf(const Json& json) {
  std::vector<Note> notes;
  if (!json.is_array()) return notes;
  for (const Json& item : json.array()) {
    JsonReader reader(item, "applications.notes");
    notes.push_back({reader.String("field"), reader.String("code"), reader.String("message")});
    FAIRLINE_TRY(reader.Finish());
  }
  return notes;
}

Result<Attributions> AttributionsOf(const Json& json) {
  JsonReader reader(json, "predictions.feature_importance");
  Attributions attributions;
  attributions.method = reader.String("method");
  attributions.space = reader.String("space");
  attributions.base = reader.Number("base");
  const Json& values = reader.Value("values");
  for (const auto& [feature, value] : values.is_object() ? values.object() : Json::Object{}) {
    if (!value.is_number()) reader.Fault("values", "must be numbers");
    attributions.features.push_back(feature);
    attributions.values.push_back(value.is_number() ? value.number() : 0);
  }
  FAIRLINE_TRY(reader.Finish());
  return attributions;
}

Result<std::vector<Reason>> ReasonsOf(const Json& json) {
  std::vector<Reason> reasons;
  if (!json.is_array()) return reasons;
  for (const Json& item : json.array()) {
    JsonReader reader(item, "predictions.reasons");
    Reason reason;
    reason.rank = static_cast<int>(reader.Integer("rank"));
    reason.code = reader.String("code");
    reason.text = reader.String("text");
    reason.difference = reader.Number("difference");
    reason.features = reader.Strings("features");
    FAIRLINE_TRY(reader.Finish());
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

Result<Policy> PolicyOf(const Json& json) {
  JsonReader reader(json, "decisions.policy");
  Policy policy;
  policy.version = reader.String("version");
  policy.review_band = reader.Number("review_band");
  FAIRLINE_TRY(reader.Finish());
  return policy;
}

Status ReadDecision(RowReader& row, DecisionRecord& record) {
  record.decision_id = row.Text();
  record.evaluation.outcome = FAIRLINE_TRY(ParseOutcome(row.Text()));
  record.decided_by = row.Text();
  record.policy = FAIRLINE_TRY(PolicyOf(FAIRLINE_TRY(row.Document())));
  record.created_at_micros = FAIRLINE_TRY(ParseTimestamp(row.Text()));
  return {};
}

Status ReadPrediction(RowReader& row, DecisionRecord& record) {
  Evaluation& evaluation = record.evaluation;
  record.prediction_id = row.Text();
  record.model_name = row.Text();
  record.model_version = row.Integer().value_or(0);
  record.bundle_digest = row.Text();
  evaluation.score.raw_score = row.Number().value_or(0);
  evaluation.score.model_score = row.Number().value_or(0);
  evaluation.score.pd = row.Number();
  evaluation.probability_kind = row.Text() == ProbabilityKindName(ProbabilityKind::kPd)
                                    ? ProbabilityKind::kPd
                                    : ProbabilityKind::kModelScore;
  evaluation.probability = row.Number().value_or(0);
  evaluation.threshold = row.Number().value_or(0);
  evaluation.reject = row.Text() == "high_risk";
  evaluation.attributions = FAIRLINE_TRY(AttributionsOf(FAIRLINE_TRY(row.Document())));
  evaluation.reasons = FAIRLINE_TRY(ReasonsOf(FAIRLINE_TRY(row.Document())));
  return {};
}

Status ReadApplicationRow(RowReader& row, DecisionRecord& record) {
  record.application_id = row.Text();
  record.applicant_id = row.Text();
  Application& application = record.application;
  application.external_ref = row.Text();
  application.product = row.Text();
  application.amount_minor = row.Integer();
  application.currency = row.Text();
  application.features = FAIRLINE_TRY(row.Document());
  application.notes = FAIRLINE_TRY(NotesOf(FAIRLINE_TRY(row.Document())));
  return {};
}

}  // namespace

RecordRows RowsOf(const DecisionRecord& record) {
  const Application& application = record.application;
  const Evaluation& evaluation = record.evaluation;
  const Score& score = evaluation.score;
  const std::string at = FormatTimestamp(record.created_at_micros);
  const auto amount = application.amount_minor;
  RecordRows rows;
  rows.application = {record.application_id,
                      record.applicant_id,
                      TextOrNull(application.external_ref),
                      application.product,
                      AmountText(amount),
                      amount ? Value(*amount) : Value(),
                      application.currency,
                      application.features.Dump(),
                      NotesJson(application.notes).Dump(),
                      at};
  rows.prediction = {record.prediction_id,
                     record.application_id,
                     record.model_name,
                     record.model_version,
                     record.bundle_digest,
                     score.raw_score,
                     score.model_score,
                     score.pd ? Value(*score.pd) : Value(),
                     std::string(ProbabilityKindName(evaluation.probability_kind)),
                     evaluation.probability,
                     evaluation.threshold,
                     std::string(RiskScore(evaluation)),
                     fmt::format("{:.4f}", Confidence(evaluation)),
                     AttributionsJson(evaluation.attributions).Dump(),
                     ReasonsJson(evaluation.reasons).Dump(),
                     ExplanationText(record),
                     at};
  rows.decision = {record.decision_id,
                   record.prediction_id,
                   std::string(OutcomeName(evaluation.outcome)),
                   record.decided_by,
                   PolicyJson(record.policy).Dump(),
                   at};
  return rows;
}

Result<DecisionRecord> RecordOf(const Row& row) {
  DecisionRecord record;
  RowReader reader(row);
  const auto read = [&]() -> Status {
    FAIRLINE_TRY(ReadDecision(reader, record));
    FAIRLINE_TRY(ReadPrediction(reader, record));
    return ReadApplicationRow(reader, record);
  };
  if (const Status status = read(); !status) {
    return Fail(ErrorCode::kDataLoss,
                fmt::format("the stored record of decision {} cannot be read", record.decision_id),
                status.error().message);
  }
  return record;
}

}  // namespace fairline
