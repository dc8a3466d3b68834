// Events with their payloads, a block of each writer's at a time, for those who go through the
// whole ledger. What is in the tables may have been damaged, so nothing is taken for granted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/ledger/event_hash.h"
#include "fairline/storage/database.h"

namespace fairline {

struct EventPayload {
  std::string salt, timestamp, user_id, action, entity_type, entity_id, metadata;
};

struct LedgerEvent {
  ChainPosition position;
  std::string event_id, commitment, chain;
  std::optional<EventPayload> payload;  // nothing: erased

  std::string Leaf() const { return EventLeaf(position, event_id, commitment); }
  /// What the commitment should be. The payload must be there.
  std::string CommitmentOfPayload() const;
};

class EventReader {
 public:
  explicit EventReader(Database& database) : database_(database) {}
  /// nullptr when there is no such event. Valid until the next call. Cheap when seq rises by one.
  Result<const LedgerEvent*> Find(ChainPosition position);

 private:
  struct Block {
    int64_t first = 0;
    std::vector<LedgerEvent> events;  // of seq first … first + kBlockEvents - 1, those there are
    size_t next = 0;                  // where the search begins
  };
  Status Read(ChainPosition position);

  Database& database_;
  std::map<int64_t, Block> blocks_;  // by writer
};

}  // namespace fairline
