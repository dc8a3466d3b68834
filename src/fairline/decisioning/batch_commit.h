// One transaction of the group commit: what stores a batch of decisions.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "fairline/core/result.h"
#include "fairline/decisioning/pending_decision.h"
#include "fairline/decisioning/vault.h"
#include "fairline/ledger/audit.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Stores batches on a ledger chain of its own. Used by one thread.
class BatchCommit {
 public:
  BatchCommit(Database& database, Vault& vault) : database_(database), vault_(vault) {}

  /// Stores all of the batch in one transaction, or nothing of it. Keys and applicants that another
  /// process stored in the meantime are kAlreadyExists: the same call then finds them.
  Status Store(std::span<const std::unique_ptr<PendingDecision>> batch);

 private:
  Status ClaimLedgerWriter();

  Database& database_;
  Vault& vault_;
  std::optional<LedgerWriter> ledger_writer_;
  std::set<std::string> known_layouts_;  // stored by this process
};

/// True when the database refused a row, false when it could not do its work: only in the first
/// case the other records of a batch may still be stored.
bool IsRefusedRow(const Error& error);

/// Proves that the database can write durably, and leaves it as it was.
Status ProbeWrite(Database& database);

/// The same Idempotency-Key came with another request.
Error IdempotencyKeyReused();

}  // namespace fairline
