// Every query reads a handful of rows by an index, however long the ledger is.
#include "fairline/ledger/ledger_tables.h"

#include <fmt/format.h>

#include "fairline/ledger/row_values.h"

namespace fairline {
namespace {

constexpr std::string_view kCheckpointColumns = "tree_size, root, note, created_at";

StoredCheckpoint CheckpointOf(Row row) {
  return {NumberIn(row[0]), TakeBytes(row[1]), TakeBytes(row[2]), TakeBytes(row[3])};
}

}  // namespace

Result<LedgerSizes> ReadLedgerSizes(Database& database) {
  const auto rows = FAIRLINE_TRY(database.Query(
      "SELECT COALESCE((SELECT CAST(SUM(next_seq) AS BIGINT) FROM ledger_writers), 0), "
      "COALESCE((SELECT first_index + count FROM ledger_ranges ORDER BY first_index DESC LIMIT 1), "
      "0), COALESCE((SELECT MAX(tree_size) FROM ledger_checkpoints), 0)"));
  const Row& row = rows.at(0);
  return LedgerSizes{NumberIn(row[0]), NumberIn(row[1]), NumberIn(row[2])};
}

TileReader StoredTiles(Database& database) {
  return [&database](int level, int64_t position, int64_t count) -> Result<std::string> {
    auto rows = FAIRLINE_TRY(
        database.Query("SELECT hashes FROM ledger_tiles WHERE level = $1 AND position = $2",
                       {int64_t{level}, position}));
    if (!rows.empty()) {
      std::string hashes = TakeBytes(rows[0][0]);
      if (hashes.size() >= static_cast<size_t>(count) * kHashBytes) return hashes;
    }
    return Fail(ErrorCode::kDataLoss,
                fmt::format("the ledger's tile {} of level {} is missing or too short: "
                            "`fairline audit verify` says what else is damaged",
                            position, level));
  };
}

Result<std::map<LedgerWriter, int64_t>> FirstUnordered(Database& database) {
  std::map<LedgerWriter, int64_t> first;
  const auto rows = FAIRLINE_TRY(database.Query(
      "SELECT id, COALESCE((SELECT first_seq + count FROM ledger_ranges WHERE writer = id "
      "ORDER BY first_seq DESC LIMIT 1), 0) FROM ledger_writers"));
  for (const Row& row : rows) first[NumberIn(row[0])] = NumberIn(row[1]);
  return first;
}

Result<std::optional<StoredCheckpoint>> NewestCheckpoint(Database& database) {
  auto rows = FAIRLINE_TRY(database.Query(fmt::format(
      "SELECT {} FROM ledger_checkpoints ORDER BY tree_size DESC LIMIT 1", kCheckpointColumns)));
  if (rows.empty()) return std::nullopt;
  return CheckpointOf(std::move(rows[0]));
}

Result<StoredCheckpoint> CheckpointAt(Database& database, int64_t tree_size) {
  auto rows = FAIRLINE_TRY(database.Query(
      fmt::format("SELECT {} FROM ledger_checkpoints WHERE tree_size = $1", kCheckpointColumns),
      {tree_size}));
  if (!rows.empty()) return CheckpointOf(std::move(rows[0]));
  return Fail(ErrorCode::kNotFound,
              fmt::format("no checkpoint was signed at {} events", tree_size));
}

Result<std::vector<StoredCheckpoint>> CheckpointsAbove(Database& database, int64_t above,
                                                       int64_t count) {
  auto rows = FAIRLINE_TRY(
      database.Query(fmt::format("SELECT {} FROM ledger_checkpoints WHERE tree_size > $1 "
                                 "ORDER BY tree_size LIMIT $2",
                                 kCheckpointColumns),
                     {above, count}));
  std::vector<StoredCheckpoint> checkpoints;
  for (Row& row : rows) checkpoints.push_back(CheckpointOf(std::move(row)));
  return checkpoints;
}

Result<EventPlace> PlaceOfEvent(Database& database, std::string_view event_id) {
  const auto rows = FAIRLINE_TRY(database.Query(
      "SELECT writer, seq FROM ledger_events WHERE event_id = $1", {std::string(event_id)}));
  if (rows.empty()) {
    return Fail(ErrorCode::kNotFound, fmt::format("the ledger has no event {}", event_id));
  }
  EventPlace place{NumberIn(rows[0][0]), NumberIn(rows[0][1]), {}};
  const auto ranges = FAIRLINE_TRY(database.Query(
      "SELECT first_index, first_seq, count FROM ledger_ranges WHERE writer = $1 AND "
      "first_seq <= $2 ORDER BY first_seq DESC LIMIT 1",
      {place.writer, place.seq}));
  if (ranges.empty()) return place;
  const int64_t offset = place.seq - NumberIn(ranges[0][1]);
  if (offset < NumberIn(ranges[0][2])) {
    place.index = NumberIn(ranges[0][0]) + offset;
  }
  return place;
}

Result<EventPlace> PlaceAtIndex(Database& database, int64_t index) {
  const auto rows = FAIRLINE_TRY(database.Query(
      "SELECT first_index, writer, first_seq, count FROM ledger_ranges WHERE first_index <= $1 "
      "ORDER BY first_index DESC LIMIT 1",
      {index}));
  const int64_t offset = rows.empty() ? 0 : index - NumberIn(rows[0][0]);
  if (rows.empty() || offset >= NumberIn(rows[0][3])) {
    return Fail(ErrorCode::kNotFound, fmt::format("the ledger has no event at index {}", index));
  }
  return EventPlace{NumberIn(rows[0][1]), NumberIn(rows[0][2]) + offset, index};
}

}  // namespace fairline
