// One transaction of the group commit: the statements that store a batch of decisions.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/record_rows.h"
#include "fairline/ledger/audit.h"
#include "fairline/storage/database.h"

namespace fairline {

/// A decision on its way to the database, encoded by the thread that submitted it, and what the
/// transaction found: stored, unless it repeats an earlier request or misuses its key.
struct PendingDecision {
  DecisionRecord record;
  RecordRows rows;
  AuditEvent event;
  std::optional<IdempotencyKey> key;
  DecisionWriter::Done done;

  std::string repeats_decision_id;  // empty: not a repetition
  std::optional<Error> refusal;
};

PendingDecision MakePending(DecisionRecord record, std::optional<IdempotencyKey> key,
                            DecisionWriter::Done done, IdGenerator& ids);

/// Stores all of the batch in one transaction, or nothing of it.
Status StoreBatch(Database& database, std::span<PendingDecision> batch);

/// True when the database refused a row, false when it could not do its work: only in the first
/// case the other records of a batch may still be stored.
bool IsRefusedRow(const Error& error);

/// Proves that the database can write durably, and leaves it as it was.
Status ProbeWrite(Database& database);

/// The same Idempotency-Key came with another request.
Error IdempotencyKeyReused();

}  // namespace fairline
