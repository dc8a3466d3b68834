// Columns in one written order, the same for writing and reading.
#include "fairline/decisioning/record_rows.h"

#include <fmt/format.h>

#include <utility>

#include "fairline/core/hash.h"
#include "fairline/crypto/seal.h"
#include "fairline/decisioning/json_text.h"
#include "fairline/decisioning/record_payload.h"
#include "fairline/storage/make_row.h"

namespace fairline {

const std::string_view kInsertApplicant =
    "INSERT INTO applicants (id, product, reference_index, sealed_reference, wrapped_key, "
    "created_at) VALUES ($1, $2, $3, $4, $5, $6)";

const std::string_view kInsertApplication =
    "INSERT INTO applications (id, applicant_id, product, loan_amount, amount_minor, currency, "
    "features, notes, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const std::string_view kInsertPrediction =
    "INSERT INTO predictions (id, application_id, model_name, model_version, bundle_digest, "
    "raw_score, model_score, pd, probability_kind, probability, threshold, risk_score, confidence, "
    "feature_importance, reasons, explanation, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, "
    "$7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

const std::string_view kInsertDecision =
    "INSERT INTO decisions (id, prediction_id, decision, decided_by, policy, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)";

const std::string_view kSelectRecord =
    "SELECT d.id, d.decision, d.decided_by, d.policy, d.created_at, "
    "p.id, p.model_name, p.model_version, p.bundle_digest, p.raw_score, p.model_score, p.pd, "
    "p.probability_kind, p.probability, p.threshold, p.risk_score, p.reasons, "
    "a.id, a.applicant_id, a.product, a.amount_minor, a.currency, a.notes, "
    "s.erased_at, s.wrapped_key, s.sealed_reference, a.sealed, p.sealed, "
    "l.features, l.attributions "
    "FROM decisions d JOIN predictions p ON p.id = d.prediction_id "
    "JOIN applications a ON a.id = p.application_id JOIN applicants s ON s.id = a.applicant_id "
    "LEFT JOIN record_layouts l ON l.bundle_digest = p.bundle_digest";

const std::string_view kSelectRecordDigest =
    "SELECT a.id, a.applicant_id, a.product, a.currency, a.sealed, a.created_at, "
    "p.id, p.application_id, p.model_name, p.model_version, p.bundle_digest, p.raw_score, "
    "p.model_score, p.pd, p.probability_kind, p.probability, p.threshold, p.risk_score, "
    "p.reasons, p.sealed, p.created_at, "
    "d.id, d.prediction_id, d.decision, d.decided_by, d.policy, d.created_at "
    "FROM decisions d JOIN predictions p ON p.id = d.prediction_id "
    "JOIN applications a ON a.id = p.application_id WHERE d.id = $1";

namespace {

// Places in the rows of what is filled in or left out later.
enum ApplicationColumn : size_t {
  kApplicantId = 1,
  kLoanAmount = 3,
  kAmountMinor,
  kFeatures = 6,
  kNotes,
  kApplicationSealed
};
enum PredictionColumn : size_t {
  kConfidence = 12,
  kImportance,
  kExplanation = 15,
  kPredictionSealed
};

// Decimals go as text, so that no binary fraction stands between the number and its column.
Value AmountText(const std::optional<int64_t>& minor) {
  if (!minor) return {};
  return fmt::format("{}.{:02}", *minor / 100, *minor % 100);
}

std::string NotesText(const std::vector<Note>& notes) {
  std::string text;
  AppendJsonArray(notes, text, [&](const Note& note) {
    text += "{\"field\":";
    AppendJsonString(note.field, text);
    text += ",\"code\":";
    AppendJsonString(note.code, text);
    text += ",\"message\":";
    AppendJsonString(note.message, text);
    text += '}';
  });
  return text;
}

std::string PolicyText(const Policy& policy) {
  std::string text = "{\"version\":";
  AppendJsonString(policy.version, text);
  text += ",\"review_band\":";
  AppendJsonNumber(policy.review_band, text);
  return text += '}';
}

constexpr size_t kBytesBesideSealed = 2048;  // of what a record's digest is made from; a guess

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
  std::string Bytes() {
    const Value& value = row_[next_++];
    return std::holds_alternative<Blob>(value) ? std::get<Blob>(value).bytes : "";
  }

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
  evaluation.reasons = FAIRLINE_TRY(ReasonsOf(FAIRLINE_TRY(row.Document())));
  return {};
}

Status ReadApplicationRow(RowReader& row, DecisionRecord& record) {
  record.application_id = row.Text();
  record.applicant_id = row.Text();
  Application& application = record.application;
  application.product = row.Text();
  application.amount_minor = row.Integer();
  application.currency = row.Text();
  application.features = Json::MakeObject();
  application.notes = FAIRLINE_TRY(NotesOf(FAIRLINE_TRY(row.Document())));
  return {};
}

std::string FeaturesContext(std::string_view application_id) {
  return std::string("applications.sealed/").append(application_id);
}

std::string AttributionsContext(std::string_view prediction_id) {
  return std::string("predictions.sealed/").append(prediction_id);
}

Result<std::vector<std::string>> NamesOf(const std::string& text) {
  std::vector<std::string> names;
  if (text.empty()) return names;
  const Json json = FAIRLINE_TRY(Json::Parse(text));
  if (!json.is_array()) return Fail(ErrorCode::kDataLoss, "a record layout is no list of names");
  for (const Json& name : json.array()) {
    if (!name.is_string()) return Fail(ErrorCode::kDataLoss, "a record layout holds no names");
    names.push_back(name.string());
  }
  return names;
}

Status ReadSealed(RowReader& row, Vault& vault, DecisionRecord& record) {
  if (const std::string erased_at = row.Text(); !erased_at.empty()) {
    record.erased_at_micros = FAIRLINE_TRY(ParseTimestamp(erased_at));
    record.layout = std::make_shared<const RecordLayout>();
    return {};
  }
  const std::string wrapped = row.Bytes(), reference = row.Bytes();
  const std::string features = row.Bytes(), attributions = row.Bytes();
  auto layout = std::make_shared<RecordLayout>();
  layout->bundle_digest = record.bundle_digest;
  layout->features = FAIRLINE_TRY(NamesOf(row.Text()));
  layout->attributions = FAIRLINE_TRY(NamesOf(row.Text()));
  const SecretKey key = FAIRLINE_TRY(vault.UnwrapKey(wrapped, record.applicant_id));
  Application& application = record.application;
  if (!reference.empty()) {
    application.external_ref =
        FAIRLINE_TRY(Vault::OpenReference(key, reference, record.applicant_id));
  }
  application.features = FAIRLINE_TRY(
      DecodeFeatures(FAIRLINE_TRY(Unseal(key, features, FeaturesContext(record.application_id))),
                     layout->features));
  record.evaluation.attributions = FAIRLINE_TRY(DecodeAttributions(
      FAIRLINE_TRY(Unseal(key, attributions, AttributionsContext(record.prediction_id))),
      layout->attributions.size()));
  record.layout = std::move(layout);
  return {};
}

// A type byte, the length, the bytes: no two rows give the same text.
void AddToDigest(const Value& value, std::string& text) {
  std::string_view bytes;
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    bytes = {reinterpret_cast<const char*>(integer), sizeof *integer};
  } else if (const auto* number = std::get_if<double>(&value)) {
    bytes = {reinterpret_cast<const char*>(number), sizeof *number};
  } else if (const auto* string = std::get_if<std::string>(&value)) {
    bytes = *string;
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    bytes = blob->bytes;
  }
  const uint64_t size = bytes.size();
  text += static_cast<char>(value.index());
  text.append(reinterpret_cast<const char*>(&size), sizeof size);
  text += bytes;
}

}  // namespace

RecordRows RowsOf(const DecisionRecord& record) {
  const Application& application = record.application;
  const Evaluation& evaluation = record.evaluation;
  const Score& score = evaluation.score;
  std::string at = FormatTimestamp(record.created_at_micros);
  const auto amount = application.amount_minor;
  RecordRows rows;
  rows.features = EncodeFeatures(application.features, record.layout->features);
  rows.attributions = EncodeAttributions(evaluation.attributions);
  rows.application =
      MakeRow(record.application_id, record.applicant_id, application.product, AmountText(amount),
              amount ? Value(*amount) : Value(), application.currency,
              OpenFeatures(application.features, *record.layout), NotesText(application.notes),
              Value(), at);
  rows.prediction =
      MakeRow(record.prediction_id, record.application_id, record.model_name, record.model_version,
              record.bundle_digest, score.raw_score, score.model_score,
              score.pd ? Value(*score.pd) : Value(),
              std::string(ProbabilityKindName(evaluation.probability_kind)), evaluation.probability,
              evaluation.threshold, std::string(RiskScore(evaluation)),
              fmt::format("{:.4f}", Confidence(evaluation)),
              StrongestAttributions(evaluation.attributions, record.layout->attributions,
                                    kShownAttributions),
              ReasonsText(evaluation.reasons), ExplanationText(record), Value(), at);
  rows.decision = MakeRow(record.decision_id, record.prediction_id,
                          std::string(OutcomeName(evaluation.outcome)), record.decided_by,
                          PolicyText(record.policy), std::move(at));
  return rows;
}

SealedValues SealValues(std::string_view application_id, std::string_view prediction_id,
                        std::string_view features, std::string_view attributions,
                        const SecretKey& key) {
  return {Seal(key, features, FeaturesContext(application_id)),
          Seal(key, attributions, AttributionsContext(prediction_id))};
}

void SealRows(RecordRows& rows, std::string_view applicant_id, const SecretKey& key) {
  SealedValues sealed =
      SealValues(std::get<std::string>(rows.application[0]),
                 std::get<std::string>(rows.prediction[0]), rows.features, rows.attributions, key);
  rows.application[kApplicantId] = std::string(applicant_id);
  rows.application[kApplicationSealed] = Blob{std::move(sealed.features)};
  rows.prediction[kPredictionSealed] = Blob{std::move(sealed.attributions)};
}

std::string OpenFeatures(const Json& features, const RecordLayout& layout) {
  std::string text;
  for (const std::string& name : layout.open_features) {
    const Json* value = features.Find(name);
    if (value == nullptr) continue;
    text += text.empty() ? '{' : ',';
    AppendJsonString(name, text);
    text += ':';
    AppendJson(*value, text);
  }
  return text.empty() ? "{}" : text + '}';
}

Status InsertLayout(Transaction& transaction, const RecordLayout& layout) {
  return transaction.Execute(
      "INSERT INTO record_layouts (bundle_digest, features, attributions) VALUES ($1, $2, $3) "
      "ON CONFLICT (bundle_digest) DO NOTHING",
      {layout.bundle_digest, Json::ArrayOf(layout.features).Dump(),
       Json::ArrayOf(layout.attributions).Dump()});
}

// Left out is what an erasure takes away; it all follows from what is sealed.
std::string RecordDigest(const RecordRows& rows) {
  std::string text;
  text.reserve(rows.features.size() + rows.attributions.size() + kBytesBesideSealed);
  for (size_t i = 0; i < rows.application.size(); ++i) {
    const bool erasable = i == kLoanAmount || i == kAmountMinor || i == kFeatures || i == kNotes;
    if (!erasable) AddToDigest(rows.application[i], text);
  }
  for (size_t i = 0; i < rows.prediction.size(); ++i) {
    const bool erasable = i == kConfidence || i == kImportance || i == kExplanation;
    if (!erasable) AddToDigest(rows.prediction[i], text);
  }
  for (const Value& value : rows.decision) AddToDigest(value, text);
  return Sha256Hex(text);
}

std::string RecordDigest(const Row& row) {
  std::string text;
  for (const Value& value : row) AddToDigest(value, text);
  return Sha256Hex(text);
}

Result<DecisionRecord> RecordOf(const Row& row, Vault& vault) {
  DecisionRecord record;
  RowReader reader(row);
  const auto read = [&]() -> Status {
    FAIRLINE_TRY(ReadDecision(reader, record));
    FAIRLINE_TRY(ReadPrediction(reader, record));
    FAIRLINE_TRY(ReadApplicationRow(reader, record));
    return ReadSealed(reader, vault, record);
  };
  const Status status = read();
  if (status) return record;
  // A key that is not at hand is no damage, and its message says what to do.
  if (status.error().code == ErrorCode::kFailedPrecondition) return std::unexpected(status.error());
  return Fail(ErrorCode::kDataLoss,
              fmt::format("the stored record of decision {} cannot be read", record.decision_id),
              status.error().message);
}

}  // namespace fairline
