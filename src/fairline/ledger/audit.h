// The audit log: who did what to which entity, when. Events commit with what they describe. The
// ledger keeps a salted commitment to each event, chained per writer; the event itself is a payload
// beside it that may be erased (docs/internals/ledger.md). Nothing personal goes into an event:
// ids, versions and outcomes only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

struct AuditEvent {
  std::string id;           // UUIDv7
  std::string entity_type;  // "decision", "model_version", "file"
  std::string entity_id;
  std::string action;   // the operation's dotted name: "models.transition"
  std::string user_id;  // "system" for the program itself
  Json metadata;
  int64_t created_at_micros = 0;
};

/// A chain of events. Transactions of one writer wait for each other until they commit, so whoever
/// writes much has a writer of its own.
using LedgerWriter = int64_t;
/// The chain of everything that is no mass of decisions.
inline constexpr LedgerWriter kMainWriter = 1;

/// A new chain, for a process that writes decisions.
Result<LedgerWriter> ClaimWriter(Transaction& transaction, const Clock& clock);

/// Adds the events, in order, to the writer's chain.
Status AppendEvents(Transaction& transaction, LedgerWriter writer,
                    std::span<const AuditEvent> events);
/// One event on the main chain.
Status AppendEvent(Transaction& transaction, const AuditEvent& event);

/// Events of one entity whose payload is not erased, oldest first.
Result<std::vector<AuditEvent>> EventsOf(Database& database, std::string_view entity_type,
                                         std::string_view entity_id);

}  // namespace fairline
