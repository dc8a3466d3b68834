// Events are read before the transaction begins: they are committed and never change, so only the
// few rows of the order are written while others wait.
#include "fairline/ledger/ledger_round.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/clock.h"
#include "fairline/ledger/event_hash.h"
#include "fairline/ledger/ledger_tables.h"
#include "fairline/ledger/row_values.h"

namespace fairline {

Result<LedgerOrder> ReadLedgerOrder(Database& database) {
  const LedgerSizes sizes = FAIRLINE_TRY(ReadLedgerSizes(database));
  LedgerOrder order;
  order.edge = FAIRLINE_TRY(MerkleEdge::Read(sizes.tree_size, StoredTiles(database)));
  order.next = FAIRLINE_TRY(FirstUnordered(database));
  order.signed_size = sizes.signed_size;
  return order;
}

Status LedgerRound::Take(Database& database, int64_t limit) {
  auto rows = FAIRLINE_TRY(database.Query("SELECT id, next_seq FROM ledger_writers ORDER BY id"));
  const auto after_last = std::ranges::find_if(
      rows, [&](const Row& row) { return NumberIn(row[0]) > order_.last_writer; });
  std::ranges::rotate(rows, after_last);
  Status missing;
  for (const Row& row : rows) {
    const LedgerWriter writer = NumberIn(row[0]);
    const int64_t next = order_.next[writer];
    const int64_t end = std::min(NumberIn(row[1]), next + limit);
    if (end <= next) continue;
    order_.last_writer = writer;
    const Status taken = TakeFrom(database, writer, end);
    if (!taken && taken.error().code != ErrorCode::kDataLoss) return taken;
    if (!taken) missing = taken;
    limit -= order_.next[writer] - next;
  }
  return missing;
}

Status LedgerRound::TakeFrom(Database& database, LedgerWriter writer, int64_t end) {
  int64_t& next = order_.next[writer];
  const int64_t first = next, first_index = order_.edge.size();
  auto events = FAIRLINE_TRY(
      database.Query("SELECT seq, event_id, commitment FROM ledger_events WHERE writer = $1 AND "
                     "seq >= $2 AND seq < $3 ORDER BY seq",
                     {writer, first, end}));
  for (Row& event : events) {
    if (NumberIn(event[0]) != next) break;
    order_.edge.Append(EventLeaf({writer, next}, TakeBytes(event[1]), TakeBytes(event[2])),
                       filled_);
    ++next;
  }
  if (next > first) ranges_.push_back({first_index, writer, first, next - first});
  if (next == end) return {};
  return Fail(ErrorCode::kDataLoss,
              fmt::format("event {} of the ledger's writer {} is missing: later events of this "
                          "writer cannot be put into the order",
                          next, writer));
}

void LedgerRound::Sign(std::string origin, int64_t now_micros, const SecretKey& key) {
  const Checkpoint checkpoint{std::move(origin), order_.edge.size(), order_.edge.Root(), now_micros,
                              order_.signed_size};
  note_ = Row{checkpoint.tree_size, Blob{checkpoint.root}, SignCheckpoint(checkpoint, key),
              FormatTimestamp(now_micros)};
  order_.signed_size = checkpoint.tree_size;
}

int64_t LedgerRound::events() const { return order_.edge.size() - begin_size_; }

Status LedgerRound::Store(Transaction& transaction) {
  const auto last = FAIRLINE_TRY(transaction.Query(
      "SELECT first_index + count FROM ledger_ranges ORDER BY first_index DESC LIMIT 1"));
  if ((last.empty() ? 0 : NumberIn(last[0][0])) != begin_size_) {
    return Fail(ErrorCode::kConflict, "the ledger's order was changed by another process");
  }
  FAIRLINE_TRY(transaction.ExecuteMany(
      "INSERT INTO ledger_ranges (first_index, writer, first_seq, count) VALUES ($1, $2, $3, $4)",
      ranges_));
  std::vector<Row> tiles;
  const auto add = [&](const MerkleTile& tile) {
    tiles.push_back({int64_t{tile.level}, tile.position, Blob{tile.hashes}});
  };
  std::ranges::for_each(filled_, add);
  if (!ranges_.empty()) std::ranges::for_each(order_.edge.Partial(), add);
  FAIRLINE_TRY(transaction.ExecuteMany(
      "INSERT INTO ledger_tiles (level, position, hashes) VALUES ($1, $2, $3) "
      "ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes",
      tiles));
  if (!note_) return {};
  return transaction.Execute(
      "INSERT INTO ledger_checkpoints (tree_size, root, note, created_at) "
      "VALUES ($1, $2, $3, $4)",
      *note_);
}

}  // namespace fairline
