// What a database holds, in a few figures that a restored copy must show again.
#pragma once

#include <cstdint>
#include <string>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

struct RecordFacts {
  int64_t schema_version = 0;
  int64_t decisions = 0;
  std::string newest_decision_id;  // empty: there are none
  std::string newest_decision_at;
  int64_t ledger_size = 0;        // events that have a leaf index
  std::string ledger_checkpoint;  // the newest signed note
};

Result<RecordFacts> ReadFacts(Database& database);

}  // namespace fairline
