// Group commit: decisions that arrive while a transaction is being committed form the next one. A
// caller is told only after the commit of all rows of its decision (applicants,
// applications, predictions, decisions, ledger and audit payload, idempotency_keys).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The caller's promise that repeats are the same request.
struct IdempotencyKey {
  std::string key;
  std::string request_sha256;
};

/// A decision that is stored, and whether an earlier request with the same key stored it.
struct Committed {
  DecisionRecord record;
  bool replayed = false;
};

class DecisionWriter {
 public:
  using Done = std::function<void(Result<Committed>)>;

  /// Starts the writer thread.
  DecisionWriter(Database& database, Vault& vault, IdGenerator& ids, Metrics& metrics);
  /// Commits what is queued, then stops.
  ~DecisionWriter();

  /// Queues the record. `done` is called once, after the commit, with the record as stored (an
  /// applicant known by the same external_ref and product keeps its applicant_id). With a key that
  /// is already stored: the earlier record, `replayed`, when the request is the same, and
  /// kInvalidArgument when it is not; kConflict while the first request is still being written.
  /// A full queue is kUnavailable at once, and so is everything while the database does not work
  /// (healthy() is false). A failed commit fails each of its records and nothing of
  /// them is stored; a record that breaks a rule of the database fails alone. `done` runs on the
  /// writer's thread (a refusal at once: on the caller's), never under a lock, and may submit.
  void Submit(DecisionRecord record, std::optional<IdempotencyKey> key, Done done);

  /// False after a commit failed, until one succeeds. While it is false the writer tries the
  /// database four times a second by itself.
  bool healthy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fairline
