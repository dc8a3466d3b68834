// Two roots are followed where the stored tree and the events differ: if a checkpoint has that of
// the stored tree, what was changed are the events, and they are known by their index already.
#include "fairline/ledger/verify_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/ledger/row_values.h"

namespace fairline {
namespace {

constexpr int64_t kTilesPerRead = 32;
constexpr int64_t kCheckpointsPerRead = 1000;
constexpr size_t kTileBytes = kTileHashes * kHashBytes;

std::string NameOf(const Checkpoint& checkpoint) {
  return fmt::format("the checkpoint of {} events, signed {}", checkpoint.tree_size,
                     FormatTimestamp(checkpoint.signed_micros));
}

/// The leaf indexes that a tile covers.
std::string LeavesOf(int level, int64_t position) {
  int64_t width = kTileHashes;
  for (int i = 0; i < level; ++i) width *= kTileHashes;
  return fmt::format("events {} to {}", position * width, (position + 1) * width - 1);
}

}  // namespace

Result<std::string_view> StoredLeaves::At(int64_t index) {
  const int64_t tile = index / kTileHashes;
  if (tile < first_tile_ || tile >= end_tile_) {
    tiles_.clear();
    auto rows = FAIRLINE_TRY(
        database_.Query("SELECT position, hashes FROM ledger_tiles WHERE level = 0 AND "
                        "position >= $1 AND position < $2",
                        {tile, tile + kTilesPerRead}));
    for (Row& row : rows) tiles_[NumberIn(row[0])] = TakeBytes(row[1]);
    first_tile_ = tile;
    end_tile_ = tile + kTilesPerRead;
  }
  const auto found = tiles_.find(tile);
  const size_t offset = static_cast<size_t>(index % kTileHashes) * kHashBytes;
  if (found == tiles_.end() || found->second.size() < offset + kHashBytes) return "";
  return std::string_view(found->second).substr(offset, kHashBytes);
}

TreeVerifier::TreeVerifier(Database& database, const VerifyOptions& options, LedgerReport& report)
    : database_(database),
      options_(options),
      report_(report),
      findings_(report),
      stored_(database) {}

void TreeVerifier::Begin() {
  for (const KeptCheckpoint& kept : options_.kept) {
    ++report_.kept;
    auto checkpoint = Open(fmt::format("the kept checkpoint {}", kept.name), kept.note);
    if (!checkpoint) continue;
    const std::string name =
        fmt::format("the kept checkpoint {} of {} events, signed {}", kept.name,
                    checkpoint->tree_size, FormatTimestamp(checkpoint->signed_micros));
    kept_.push_back({*checkpoint, name});
    waiting_.emplace(checkpoint->tree_size, kept_.back());
  }
}

std::optional<Checkpoint> TreeVerifier::Open(const std::string& name, const std::string& note) {
  const auto read = ReadCheckpoint(note);
  // Whatever the ledger was called then: it is the key that counts.
  auto opened =
      read ? OpenCheckpoint(note, {read->origin, options_.public_key}) : Result<Checkpoint>(read);
  if (opened) return *std::move(opened);
  findings_.Add(fmt::format("{}: {}", name, opened.error().message));
  return std::nullopt;
}

Status TreeVerifier::Append(std::string_view leaf, std::string_view stored) {
  if (!fork_ && !stored.empty() && stored != leaf) fork_ = edge_;
  std::vector<MerkleTile> filled, filled_as_stored;
  edge_.Append(leaf, filled);
  if (fork_) fork_->Append(stored.empty() ? leaf : stored, filled_as_stored);
  for (size_t i = 0; i < filled.size(); ++i) {
    FAIRLINE_TRY(CheckTile(filled[i], fork_ ? &filled_as_stored[i] : nullptr));
  }
  return CheckRoots();
}

Status TreeVerifier::CheckTile(const MerkleTile& tile, const MerkleTile* as_stored) {
  auto rows = FAIRLINE_TRY(
      database_.Query("SELECT hashes FROM ledger_tiles WHERE level = $1 AND position = $2",
                      {int64_t{tile.level}, tile.position}));
  const std::string place =
      fmt::format("the stored tree over {}", LeavesOf(tile.level, tile.position));
  if (rows.empty()) {
    findings_.Add(fmt::format("{} is missing at level {}", place, tile.level));
    return {};
  }
  const std::string hashes = TakeBytes(rows[0][0]);
  if (hashes == tile.hashes || (as_stored != nullptr && hashes == as_stored->hashes)) return {};
  const bool said = tile.level == 0 && hashes.size() == kTileBytes;  // leaf by leaf
  if (!said) findings_.Add(fmt::format("{} was changed at level {}", place, tile.level));
  return {};
}

// A checkpoint's size is reached once: those that wait are looked at in order.
Status TreeVerifier::CheckRoots() {
  if (!all_read_ && edge_.size() > stored_read_) FAIRLINE_TRY(ReadCheckpoints());
  while (!waiting_.empty() && waiting_.begin()->first <= edge_.size()) {
    CheckRoot(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
  return {};
}

Status TreeVerifier::ReadCheckpoints() {
  auto rows = FAIRLINE_TRY(
      database_.Query("SELECT tree_size, root, note, created_at FROM ledger_checkpoints "
                      "WHERE tree_size > $1 ORDER BY tree_size LIMIT $2",
                      {stored_read_, kCheckpointsPerRead}));
  all_read_ = rows.size() < kCheckpointsPerRead;
  for (Row& row : rows) {
    stored_read_ = NumberIn(row[0], INT64_MAX);
    ReadStored({stored_read_, TakeBytes(row[1]), TakeBytes(row[2]), TakeBytes(row[3])});
  }
  return {};
}

void TreeVerifier::ReadStored(const StoredCheckpoint& stored) {
  ++report_.checkpoints;
  const std::string place = fmt::format("the stored checkpoint of {} events", stored.tree_size);
  const auto checkpoint = Open(place, stored.note);
  if (!checkpoint) {
    previous_size_ = stored.tree_size;
    return;
  }
  if (checkpoint->tree_size != stored.tree_size || checkpoint->root != stored.root ||
      FormatTimestamp(checkpoint->signed_micros) != stored.created_at) {
    findings_.Add(fmt::format("{}: its columns are not those of its signed note", place));
  }
  if (checkpoint->previous_size != previous_size_) {
    findings_.Add(fmt::format("{}: the one before it, of {} events, is missing", place,
                              checkpoint->previous_size));
  }
  previous_size_ = stored.tree_size;
  waiting_.emplace(checkpoint->tree_size, Signed{*checkpoint, NameOf(*checkpoint)});
}

void TreeVerifier::CheckRoot(const Signed& signed_tree) {
  const Checkpoint& checkpoint = signed_tree.checkpoint;
  const bool reached = checkpoint.tree_size == edge_.size();
  const bool agrees = reached && checkpoint.root == edge_.Root();
  const bool agrees_as_stored = reached && fork_ && checkpoint.root == fork_->Root();
  if (agrees) {
    report_.newest_good = checkpoint;
    report_.not_signed = {};
  }
  if (agrees || agrees_as_stored) return;
  if (!report_.first_divergent) report_.first_divergent = checkpoint;
  if (silent_from_ >= 0 && checkpoint.tree_size != silent_from_) return;
  silent_from_ = checkpoint.tree_size;
  const int64_t good = report_.newest_good ? report_.newest_good->tree_size : 0;
  findings_.Add(fmt::format(
      "{}: the events are not those that were signed; something before index {}{} was changed, "
      "added or removed",
      signed_tree.name, checkpoint.tree_size,
      good > 0 ? fmt::format(", and not before index {},", good) : std::string()));
}

Status TreeVerifier::Finish(bool complete) {
  while (!all_read_) FAIRLINE_TRY(ReadCheckpoints());
  FAIRLINE_TRY(CheckRoots());
  for (const auto& [size, signed_tree] : waiting_) {
    if (!report_.first_divergent) report_.first_divergent = signed_tree.checkpoint;
    findings_.Add(fmt::format("{}: the ledger holds only {} events of these", signed_tree.name,
                              edge_.size()));
  }
  FAIRLINE_TRY(CheckKeptAreStored());
  if (!complete) return {};
  FAIRLINE_TRY(CheckPartialTiles());
  return CheckTileCount();
}

Status TreeVerifier::CheckKeptAreStored() {
  for (const Signed& kept : kept_) {
    if (kept.checkpoint.tree_size > edge_.size()) continue;  // said already
    const auto rows = FAIRLINE_TRY(database_.Query(
        "SELECT 1 FROM ledger_checkpoints WHERE tree_size = $1", {kept.checkpoint.tree_size}));
    if (!rows.empty()) continue;
    findings_.Add(fmt::format("{}: it was taken out of the stored ones", kept.name));
  }
  return {};
}

// The ledger may have grown since, and these tiles with it: their beginning is what must agree.
Status TreeVerifier::CheckPartialTiles() {
  const auto tiles = edge_.Partial();
  const auto as_stored = fork_ ? fork_->Partial() : std::vector<MerkleTile>();
  for (size_t i = 0; i < tiles.size(); ++i) {
    const MerkleTile& tile = tiles[i];
    auto rows = FAIRLINE_TRY(database_.Query(
        "SELECT hashes, (SELECT first_index + count FROM ledger_ranges ORDER BY first_index DESC "
        "LIMIT 1) FROM ledger_tiles WHERE level = $1 AND position = $2",
        {int64_t{tile.level}, tile.position}));
    const std::string place =
        fmt::format("the stored tree over {}", LeavesOf(tile.level, tile.position));
    if (rows.empty()) {
      findings_.Add(fmt::format("{} is missing at level {}", place, tile.level));
      continue;
    }
    int64_t hashes_now = NumberIn(rows[0][1], 0);
    for (int level = 0; level < tile.level; ++level) hashes_now /= kTileHashes;
    const int64_t count = std::min(kTileHashes, hashes_now - tile.position * kTileHashes);
    const std::string hashes = TakeBytes(rows[0][0]);
    const bool whole = hashes.size() == static_cast<size_t>(count) * kHashBytes;
    const bool same =
        hashes.starts_with(tile.hashes) || (fork_ && hashes.starts_with(as_stored[i].hashes));
    const bool said = tile.level == 0 && !same && hashes.size() >= tile.hashes.size();
    if (!whole || (!same && !said)) {
      findings_.Add(fmt::format("{} was changed at level {}", place, tile.level));
    }
  }
  return {};
}

Status TreeVerifier::CheckTileCount() {
  const auto rows = FAIRLINE_TRY(database_.Query(
      "SELECT COUNT(*), COALESCE((SELECT first_index + count FROM ledger_ranges ORDER BY "
      "first_index DESC LIMIT 1), 0) FROM ledger_tiles"));
  const int64_t there = NumberIn(rows[0][0], 0);
  const int64_t expected = TileCount(NumberIn(rows[0][1], 0));
  if (there > expected) {
    findings_.Add(fmt::format("the stored tree has {} parts too many", there - expected));
  }
  return {};
}

}  // namespace fairline
