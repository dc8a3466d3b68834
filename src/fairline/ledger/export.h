// The ledger as a file that stands alone: whoever has it, the public key and a kept checkpoint can
// verify every event without this program (tests/verifier does so). JSON lines:
//
//   {"format": "fairline-ledger-1", "tree_size": …, "first_index": …, "frontier": [hex, …],
//    "chains": [{"writer": …, "next_seq": …, "chain": hex}, …]}
//   {"index": …, "writer": …, "seq": …, "event_id": …, "commitment": hex, "chain": hex,
//    "payload": {"salt": hex, "timestamp": …, "user_id": …, "action": …, "entity_type": …,
//                "entity_id": …, "metadata": "text, as it was committed"}}
//   {"checkpoint": "note"}
//
// Events come in the order; then, with a null index, those that are not in it yet; then the
// checkpoints. An erased event's payload is null. A part that does not begin at index 0 has the
// roots of the perfect trees before it and the end of each chain.
#pragma once

#include <functional>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/ledger/event_reader.h"
#include "fairline/storage/database.h"

namespace fairline {

struct ExportSummary {
  int64_t first_index = 0, tree_size = 0;
  int64_t not_ordered = 0;
  int64_t erased = 0;
  int64_t checkpoints = 0;
};

struct ExportOptions {
  int64_t first_index = 0;
  std::function<Status(std::string_view line)> write;  // each with its newline
  std::function<void(int64_t done, int64_t total)> progress;
};

/// The ledger as it was when the call began. kDataLoss when an event is missing.
Result<ExportSummary> ExportLedger(Database& database, const ExportOptions& options);

/// One line of it.
Json EventJson(const LedgerEvent& event, std::optional<int64_t> index);

/// The tree size of the last checkpoint that was signed before that time; 0 when none was.
Result<int64_t> SizeSignedBefore(Database& database, int64_t micros);

}  // namespace fairline
