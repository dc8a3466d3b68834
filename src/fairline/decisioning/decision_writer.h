// Group commit: decisions that arrive while a transaction is being committed form the next one. A
// caller is told only after the commit of all rows of its decision (applications, predictions,
// decisions, audit_log, idempotency_keys).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The caller's promise that repeats are the same request.
struct IdempotencyKey {
  std::string key;
  std::string request_sha256;
};

class DecisionWriter {
 public:
  using Done = std::function<void(Result<DecisionRecord>)>;

  /// Starts the writer thread.
  DecisionWriter(Database& database, IdGenerator& ids, Metrics& metrics);
  /// Commits what is queued, then stops.
  ~DecisionWriter();

  /// Queues the record; `done` is called once, on the writer's thread, after the commit, with the
  /// record as stored (an applicant known by the same external_ref keeps its applicant_id). With a
  /// key that is already stored: the earlier record if the request is the same
  /// (`*replayed` semantics: its decision_id differs from the one submitted), kInvalidArgument if
  /// it is not, kConflict while the first is still being written. A full queue is kUnavailable at
  /// once. A failed commit fails each of its records; nothing of them is stored.
  void Submit(DecisionRecord record, std::optional<IdempotencyKey> key, Done done);

  /// False after a commit failed, until one succeeds.
  bool healthy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fairline
