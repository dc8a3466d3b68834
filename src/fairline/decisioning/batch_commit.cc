// What one decision is in the database: applicant, application, prediction, decision, audit event
// and idempotency key, always together. Rows that another replica may be inserting too go in
// sorted, so that two batches never wait for each other in a circle.
#include "fairline/decisioning/batch_commit.h"

#include <algorithm>
#include <map>
#include <utility>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

using Rows = std::vector<std::vector<Value>>;

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

/// An applicant of the batch. The id is the stored one's, or of the first decision that brings it.
struct Applicant {
  std::string id;
  SecretKey key;
};

/// The inserts of one batch, collected and then sent table by table.
class BatchInserts {
 public:
  BatchInserts(Transaction& transaction, Vault& vault) : transaction_(transaction), vault_(vault) {}

  Status Add(PendingDecision& pending) {
    pending.repeats_decision_id.clear();
    pending.refusal.reset();
    if (FAIRLINE_TRY(FindRepetition(pending))) return {};
    DecisionRecord& record = pending.record;
    const Applicant applicant = FAIRLINE_TRY(ApplicantOf(record));
    record.applicant_id = applicant.id;
    SealRows(pending.rows, applicant.id, applicant.key);
    pending.event.metadata["record"] = RecordDigest(pending.rows);
    applications_.push_back(pending.rows.application);
    predictions_.push_back(pending.rows.prediction);
    decisions_.push_back(pending.rows.decision);
    events_.push_back(pending.event);
    if (pending.key) {
      keys_.push_back({pending.key->key, vault_.RequestDigest(pending.key->request_sha256),
                       record.decision_id, FormatTimestamp(record.created_at_micros)});
    }
    return {};
  }

  Status Send(LedgerWriter ledger_writer) {
    const auto by_index = [](const auto& row) -> const Value& { return row[2]; };
    std::ranges::sort(applicants_, {}, by_index);
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertApplicant, applicants_));
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertApplication, applications_));
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertPrediction, predictions_));
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertDecision, decisions_));
    std::ranges::sort(keys_);
    FAIRLINE_TRY(transaction_.ExecuteMany(
        "INSERT INTO idempotency_keys (key, request_sha256, decision_id, created_at) "
        "VALUES ($1, $2, $3, $4)",
        keys_));
    return AppendEvents(transaction_, ledger_writer, events_);
  }

 private:
  // True when the key is known: then the pending decision says what became of it.
  Result<bool> FindRepetition(PendingDecision& pending) {
    if (!pending.key) return false;
    const auto rows = FAIRLINE_TRY(transaction_.Query(
        "SELECT request_sha256, decision_id FROM idempotency_keys WHERE key = $1",
        {pending.key->key}));
    if (rows.empty()) return false;
    const auto& stored = std::get<std::string>(rows[0][0]);
    const std::string& request = pending.key->request_sha256;
    // Keys from before sealing have the request's own digest.
    if (stored == vault_.RequestDigest(request) || stored == request) {
      pending.repeats_decision_id = std::get<std::string>(rows[0][1]);
    } else {
      pending.refusal = IdempotencyKeyReused();
    }
    return true;
  }

  Result<Applicant> ApplicantOf(const DecisionRecord& record) {
    const Application& application = record.application;
    if (application.external_ref.empty()) return NewApplicant(record, {});
    std::string index = vault_.ReferenceIndex(application.product, application.external_ref);
    if (const auto known = by_reference_.find(index); known != by_reference_.end()) {
      return known->second;
    }
    const auto rows = FAIRLINE_TRY(transaction_.Query(
        "SELECT id, wrapped_key FROM applicants WHERE reference_index = $1", {Blob{index}}));
    if (rows.empty()) {
      return by_reference_.emplace(index, NewApplicant(record, index)).first->second;
    }
    const auto& id = std::get<std::string>(rows[0][0]);
    const SecretKey key = FAIRLINE_TRY(vault_.UnwrapKey(std::get<Blob>(rows[0][1]).bytes, id));
    return by_reference_.emplace(std::move(index), Applicant{id, key}).first->second;
  }

  Applicant NewApplicant(const DecisionRecord& record, const std::string& index) {
    Applicant applicant{record.applicant_id, SecretKey::Generate()};
    const std::string& reference = record.application.external_ref;
    Value sealed;
    if (!index.empty()) sealed = Blob{Vault::SealReference(applicant.key, reference, applicant.id)};
    applicants_.push_back({applicant.id, record.application.product,
                           index.empty() ? Value() : Value(Blob{index}), std::move(sealed),
                           Blob{vault_.WrapKey(applicant.key, applicant.id)},
                           FormatTimestamp(record.created_at_micros)});
    return applicant;
  }

  Transaction& transaction_;
  Vault& vault_;
  std::map<std::string, Applicant> by_reference_;
  Rows applicants_, applications_, predictions_, decisions_, keys_;
  std::vector<AuditEvent> events_;
};

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

Status BatchCommit::Store(std::span<PendingDecision> batch) {
  FAIRLINE_TRY(ClaimLedgerWriter());
  std::set<std::string> layouts;
  const auto work = [&](Transaction& transaction) -> Status {
    layouts.clear();
    BatchInserts inserts(transaction, vault_);
    for (PendingDecision& pending : batch) {
      FAIRLINE_TRY(inserts.Add(pending));
      const RecordLayout& layout = *pending.record.layout;
      if (known_layouts_.contains(layout.bundle_digest)) continue;
      if (!layouts.insert(layout.bundle_digest).second) continue;
      FAIRLINE_TRY(InsertLayout(transaction, layout));
    }
    return inserts.Send(*ledger_writer_);
  };
  FAIRLINE_TRY(database_.Write(work, Turn::kBeside));
  known_layouts_.merge(layouts);
  return {};
}

Status BatchCommit::ClaimLedgerWriter() {
  if (ledger_writer_) return {};
  LedgerWriter claimed = 0;
  FAIRLINE_TRY(database_.Write([&](Transaction& transaction) -> Status {
    claimed = FAIRLINE_TRY(ClaimWriter(transaction, SystemClock()));
    return {};
  }));
  ledger_writer_ = claimed;
  return {};
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
          {{"Idempotency-Key", "was used before with another request"}}};
}

}  // namespace fairline
