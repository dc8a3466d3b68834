// One round of the sequencer: which events are next, and the rows that put them into the order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/ledger/audit.h"
#include "fairline/ledger/checkpoint.h"
#include "fairline/ledger/merkle.h"
#include "fairline/storage/database.h"

namespace fairline {

/// What the order consists of so far; a round works on a copy and is thrown away with it when its
/// transaction fails.
struct LedgerOrder {
  MerkleEdge edge;
  std::map<LedgerWriter, int64_t> next;  // the first seq of each writer that is not in the order
  int64_t signed_size = 0;
  LedgerWriter last_writer = 0;  // whose turn it was, so that none waits for a busier one
};
Result<LedgerOrder> ReadLedgerOrder(Database& database);

class LedgerRound {
 public:
  explicit LedgerRound(LedgerOrder order) : order_(std::move(order)) {}

  /// Takes up to `limit` committed events. Each writer's come in their order and without gaps;
  /// kDataLoss, after taking what comes before it, when one is missing.
  Status Take(Database& database, int64_t limit);
  /// Signs the tree as it is now.
  void Sign(std::string origin, int64_t now_micros, const SecretKey& key);
  bool empty() const { return ranges_.empty() && !note_; }
  int64_t events() const;

  /// Stores it. kConflict when the stored order is not the one this round began with.
  Status Store(Transaction& transaction);

  const LedgerOrder& order() const { return order_; }

 private:
  Status TakeFrom(Database& database, LedgerWriter writer, int64_t end);

  LedgerOrder order_;
  int64_t begin_size_ = order_.edge.size();
  std::vector<Row> ranges_;
  std::vector<MerkleTile> filled_;
  std::optional<Row> note_;
};

}  // namespace fairline
