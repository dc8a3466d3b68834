// What one decision is in the database: application, prediction, decision, audit event and
// idempotency key, always together.
#include "fairline/decisioning/batch_commit.h"

#include <utility>

namespace fairline {
namespace {

AuditEvent CreatedEvent(const DecisionRecord& record, IdGenerator& ids) {
  return {.id = ids.Next(),
          .entity_type = "decision",
          .entity_id = record.decision_id,
          .action = "decisions.create",
          .user_id = record.decided_by,
          .metadata = Json::Object{{"model", record.model_name},
                                   {"version", record.model_version},
                                   {"bundle_digest", record.bundle_digest},
                                   {"policy_version", record.policy.version},
                                   {"outcome", OutcomeName(record.evaluation.outcome)}},
          .created_at_micros = record.created_at_micros};
}

// True when the key is known: then the pending decision says what became of it.
Result<bool> FindRepetition(Transaction& transaction, PendingDecision& pending) {
  if (!pending.key) return false;
  const auto rows = FAIRLINE_TRY(
      transaction.Query("SELECT request_sha256, decision_id FROM idempotency_keys WHERE key = $1",
                        {pending.key->key}));
  if (rows.empty()) return false;
  if (rows[0][0] == Value(pending.key->request_sha256)) {
    pending.repeats_decision_id = std::get<std::string>(rows[0][1]);
  } else {
    pending.refusal = IdempotencyKeyReused();
  }
  return true;
}

Status KeepKnownApplicant(Transaction& transaction, PendingDecision& pending) {
  const Application& application = pending.record.application;
  if (application.external_ref.empty()) return {};
  const auto rows = FAIRLINE_TRY(transaction.Query(
      "SELECT applicant_id FROM applications WHERE external_ref = $1 AND product = $2 LIMIT 1",
      {application.external_ref, application.product}));
  if (rows.empty()) return {};
  pending.record.applicant_id = std::get<std::string>(rows[0][0]);
  pending.rows.application[kApplicantIdColumn] = pending.record.applicant_id;
  return {};
}

Status StoreOne(Transaction& transaction, PendingDecision& pending) {
  pending.repeats_decision_id.clear();
  pending.refusal.reset();
  if (FAIRLINE_TRY(FindRepetition(transaction, pending))) return {};
  FAIRLINE_TRY(KeepKnownApplicant(transaction, pending));
  FAIRLINE_TRY(transaction.Execute(kInsertApplication, pending.rows.application));
  FAIRLINE_TRY(transaction.Execute(kInsertPrediction, pending.rows.prediction));
  FAIRLINE_TRY(transaction.Execute(kInsertDecision, pending.rows.decision));
  FAIRLINE_TRY(AppendEvent(transaction, pending.event));
  if (!pending.key) return {};
  return transaction.Execute(
      "INSERT INTO idempotency_keys (key, request_sha256, decision_id, created_at) "
      "VALUES ($1, $2, $3, $4)",
      {pending.key->key, pending.key->request_sha256, pending.record.decision_id,
       FormatTimestamp(pending.record.created_at_micros)});
}

}  // namespace

PendingDecision MakePending(DecisionRecord record, std::optional<IdempotencyKey> key,
                            DecisionWriter::Done done, IdGenerator& ids) {
  PendingDecision pending;
  pending.rows = RowsOf(record);
  pending.event = CreatedEvent(record, ids);
  pending.record = std::move(record);
  pending.key = std::move(key);
  pending.done = std::move(done);
  return pending;
}

Status StoreBatch(Database& database, std::span<PendingDecision> batch) {
  return database.Write([&](Transaction& transaction) -> Status {
    for (PendingDecision& pending : batch) FAIRLINE_TRY(StoreOne(transaction, pending));
    return {};
  });
}

bool IsRefusedRow(const Error& error) {
  return error.code == ErrorCode::kAlreadyExists || error.code == ErrorCode::kFailedPrecondition ||
         error.code == ErrorCode::kTooLarge;
}

Status ProbeWrite(Database& database) {
  return database.Write([](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute(
        "INSERT INTO schema_migrations (version, applied_at) VALUES (0, 'probe')"));
    return transaction.Execute("DELETE FROM schema_migrations WHERE version = 0");
  });
}

Error IdempotencyKeyReused() {
  return {ErrorCode::kInvalidArgument,
          "this Idempotency-Key was used before with another request: use a new key",
          {},
          {}};
}

}  // namespace fairline
