// A copy that is there already is put again without harm: it is the same note.
#include "fairline/ledger/checkpoint_shipper.h"

#include <fmt/format.h>

#include "fairline/ledger/ledger_tables.h"

namespace fairline {
namespace {

constexpr int64_t kLookBack = 100;
constexpr int64_t kPage = 100;

}  // namespace

std::string CheckpointKey(int64_t tree_size) {
  return fmt::format("ledger/checkpoints/{:020}", tree_size);
}

CheckpointShipper::CheckpointShipper(Database& database, ObjectStore& store)
    : database_(database), store_(store) {}

Status CheckpointShipper::FindShipped() {
  const auto rows = FAIRLINE_TRY(database_.Query(
      "SELECT tree_size FROM ledger_checkpoints ORDER BY tree_size DESC LIMIT $1", {kLookBack}));
  int64_t shipped = 0;
  for (const Row& row : rows) {
    const int64_t tree_size = std::get<int64_t>(row[0]);
    const auto note = store_.Get(CheckpointKey(tree_size));
    if (!note && note.error().code != ErrorCode::kNotFound) return std::unexpected(note.error());
    shipped = tree_size - (note ? 0 : 1);
    if (note) break;
  }
  shipped_ = shipped;
  return {};
}

Status CheckpointShipper::ShipNew() {
  if (!shipped_) FAIRLINE_TRY(FindShipped());
  while (true) {
    const auto checkpoints = FAIRLINE_TRY(CheckpointsAbove(database_, *shipped_, kPage));
    for (const StoredCheckpoint& checkpoint : checkpoints) {
      FAIRLINE_TRY(store_.Put(CheckpointKey(checkpoint.tree_size), checkpoint.note));
      shipped_ = checkpoint.tree_size;
    }
    if (checkpoints.size() < kPage) return {};
  }
}

}  // namespace fairline
