// What the tables of the ledger say, for all who read them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/ledger/audit.h"
#include "fairline/ledger/merkle.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The ledger at one moment.
struct LedgerSizes {
  int64_t events = 0;       // chained
  int64_t tree_size = 0;    // of these, put into the order
  int64_t signed_size = 0;  // of these, under a checkpoint
};
Result<LedgerSizes> ReadLedgerSizes(Database& database);

/// The tiles that are stored; kDataLoss names one that is missing or too short.
TileReader StoredTiles(Database& database);

/// For each writer the first seq that no range covers.
Result<std::map<LedgerWriter, int64_t>> FirstUnordered(Database& database);

/// A checkpoint's note as it is stored.
struct StoredCheckpoint {
  int64_t tree_size = 0;
  std::string root;
  std::string note;
  std::string created_at;
};
/// The newest one.
Result<std::optional<StoredCheckpoint>> NewestCheckpoint(Database& database);
/// kNotFound when none was signed at that size.
Result<StoredCheckpoint> CheckpointAt(Database& database, int64_t tree_size);
/// The first `count` that are larger than `above`, by size.
Result<std::vector<StoredCheckpoint>> CheckpointsAbove(Database& database, int64_t above,
                                                       int64_t count);

/// Where an event stands.
struct EventPlace {
  LedgerWriter writer = 0;
  int64_t seq = 0;
  std::optional<int64_t> index;  // nothing while it is not in the order
};
/// kNotFound when the ledger has no event of that id.
Result<EventPlace> PlaceOfEvent(Database& database, std::string_view event_id);
/// kNotFound beyond the end of the order.
Result<EventPlace> PlaceAtIndex(Database& database, int64_t index);

}  // namespace fairline
