// Proofs for people outside: that one event stands in the ledger under a signed checkpoint, and
// that one signed checkpoint only adds to another. Both can be checked without this program.
#pragma once

#include <optional>
#include <string>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/ledger/event_reader.h"
#include "fairline/ledger/ledger_tables.h"
#include "fairline/ledger/merkle_proof.h"

namespace fairline {

struct EventProof {
  LedgerEvent event;
  int64_t index = 0;
  MerkleProof hashes;
  StoredCheckpoint checkpoint;

  /// A C2SP transparency log proof (c2sp.org/tlog-proof): the event in its `extra` line, index and
  /// hashes, a blank line, the checkpoint's note.
  std::string Text() const;
  Json Document() const;
};

/// Under the checkpoint of `size` events, or the newest. kNotFound when there is none;
/// kFailedPrecondition while no checkpoint covers the event; kDataLoss when the ledger was changed
/// so that there is no proof.
Result<EventProof> ProveEvent(Database& database, const EventPlace& place,
                              std::optional<int64_t> size);

struct GrowthProof {
  StoredCheckpoint from, to;
  MerkleProof hashes;

  /// `fairline-consistency-proof-1`, the hashes a line each, a blank line, and both notes.
  std::string Text() const;
  Json Document() const;
};

/// Errors as above; kInvalidArgument unless from <= to.
Result<GrowthProof> ProveGrowth(Database& database, int64_t from, int64_t to);

}  // namespace fairline
