// What one decision is in the database: applicant, application, prediction, decision, audit event
// and idempotency key, always together. Rows that another replica may be inserting too go in
// sorted, so that two batches never wait for each other in a circle.
#include "fairline/decisioning/batch_commit.h"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/storage/make_row.h"
#include "fairline/storage/query_any_of.h"

namespace fairline {
namespace {

using Batch = std::span<const std::unique_ptr<PendingDecision>>;

/// Things of the pending decisions, side by side as the database takes them, and back in their
/// places when it is done: a batch may be stored again.
template <typename T>
class Lent {
 public:
  Lent() = default;
  Lent(const Lent&) = delete;
  ~Lent() {
    for (size_t i = 0; i < items_.size(); ++i) *places_[i] = std::move(items_[i]);
  }

  void Borrow(T& place) {
    items_.push_back(std::move(place));
    places_.push_back(&place);
  }
  const std::vector<T>& items() const { return items_; }

 private:
  std::vector<T> items_;
  std::vector<T*> places_;
};

/// The inserts of one batch, collected and then sent table by table.
class BatchInserts {
 public:
  BatchInserts(Transaction& transaction, DatabaseKind kind, Vault& vault)
      : transaction_(transaction), kind_(kind), vault_(vault) {}

  Status Add(Batch batch) {
    FAIRLINE_TRY(FindRepetitions(batch));
    FAIRLINE_TRY(FindApplicants(batch));
    for (const auto& pending : batch) {
      if (pending->stored()) Add(*pending);
    }
    return {};
  }

  Status Send(LedgerWriter ledger_writer) {
    const auto by_index = [](const auto& row) -> const Value& { return row[2]; };
    std::ranges::sort(applicants_, {}, by_index);
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertApplicant, applicants_));
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertApplication, applications_.items()));
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertPrediction, predictions_.items()));
    FAIRLINE_TRY(transaction_.ExecuteMany(kInsertDecision, decisions_.items()));
    std::ranges::sort(keys_);
    FAIRLINE_TRY(transaction_.ExecuteMany(
        "INSERT INTO idempotency_keys (key, request_sha256, decision_id, created_at) "
        "VALUES ($1, $2, $3, $4)",
        keys_));
    return AppendEvents(transaction_, ledger_writer, events_.items());
  }

 private:
  // Where a key is known the pending decision says what became of it.
  Status FindRepetitions(Batch batch) {
    std::map<std::string_view, PendingDecision*> by_key;
    std::vector<Value> keys;
    for (const auto& pending : batch) {
      pending->repeats_decision_id.clear();
      pending->refusal.reset();
      if (!pending->key) continue;
      by_key.emplace(pending->key->key, pending.get());
      keys.emplace_back(pending->key->key);
    }
    const auto found = [&](const Row& row) -> Status {
      PendingDecision& pending = *by_key.at(std::get<std::string>(row[0]));
      const auto& stored = std::get<std::string>(row[1]);
      const std::string& request = pending.key->request_sha256;
      // Keys from before sealing have the request's own digest.
      if (stored == vault_.RequestDigest(request) || stored == request) {
        pending.repeats_decision_id = std::get<std::string>(row[2]);
      } else {
        pending.refusal = IdempotencyKeyReused();
      }
      return {};
    };
    return QueryAnyOf(transaction_,
                      "SELECT key, request_sha256, decision_id FROM idempotency_keys WHERE key IN",
                      keys, "", found);
  }

  // An erasure that is under way is waited for, and hides its applicant from here on: none of its
  // rows may come in after it. SQLite has but one writer.
  Status FindApplicants(Batch batch) {
    std::vector<Value> indexes;
    for (const auto& pending : batch) {
      const std::string& index = pending->reference_index;
      if (!pending->stored() || index.empty()) continue;
      if (by_reference_.emplace(index, nullptr).second) indexes.emplace_back(Blob{index});
    }
    const auto found = [&](const Row& row) -> Status {
      const auto& id = std::get<std::string>(row[1]);
      const SecretKey key = FAIRLINE_TRY(vault_.UnwrapKey(std::get<Blob>(row[2]).bytes, id));
      by_reference_.at(std::get<Blob>(row[0]).bytes) = &stored_.emplace_back(id, key);
      return {};
    };
    return QueryAnyOf(
        transaction_,
        "SELECT reference_index, id, wrapped_key FROM applicants WHERE reference_index IN", indexes,
        kind_ == DatabaseKind::kPostgres ? " FOR SHARE" : "", found);
  }

  void Add(PendingDecision& pending) {
    SealFor(pending, ApplicantOf(pending));
    applications_.Borrow(pending.rows.application);
    predictions_.Borrow(pending.rows.prediction);
    decisions_.Borrow(pending.rows.decision);
    events_.Borrow(pending.event);
    if (pending.key) {
      keys_.push_back(MakeRow(pending.key->key, vault_.RequestDigest(pending.key->request_sha256),
                              pending.record.decision_id,
                              FormatTimestamp(pending.record.created_at_micros)));
    }
  }

  // The one that is stored, or of the first decision that brings it.
  const Applicant& ApplicantOf(const PendingDecision& pending) {
    const std::string& index = pending.reference_index;
    const Applicant* known = index.empty() ? nullptr : by_reference_.at(index);
    if (known != nullptr) return *known;
    AddNewcomer(pending);
    if (!index.empty()) by_reference_.at(index) = &*pending.newcomer;
    return *pending.newcomer;
  }

  void AddNewcomer(const PendingDecision& pending) {
    const auto& [id, key] = *pending.newcomer;
    const bool named = !pending.reference_index.empty();
    applicants_.push_back(MakeRow(id, pending.record.application.product,
                                  named ? Value(Blob{pending.reference_index}) : Value(),
                                  named ? Value(Blob{pending.sealed_reference}) : Value(),
                                  Blob{vault_.WrapKey(key, id)},
                                  FormatTimestamp(pending.record.created_at_micros)));
  }

  Transaction& transaction_;
  const DatabaseKind kind_;
  Vault& vault_;
  std::deque<Applicant> stored_;  // of this batch, those the database has already
  std::unordered_map<std::string_view, const Applicant*> by_reference_;
  std::vector<Row> applicants_, keys_;
  Lent<Row> applications_, predictions_, decisions_;
  Lent<AuditEvent> events_;
};

}  // namespace

Status BatchCommit::Store(std::span<const std::unique_ptr<PendingDecision>> batch) {
  FAIRLINE_TRY(ClaimLedgerWriter());
  std::set<std::string> layouts;
  const auto work = [&](Transaction& transaction) -> Status {
    layouts.clear();
    BatchInserts inserts(transaction, database_.kind(), vault_);
    FAIRLINE_TRY(inserts.Add(batch));
    for (const auto& pending : batch) {
      const RecordLayout& layout = *pending->record.layout;
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
