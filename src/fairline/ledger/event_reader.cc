// One query per block of a writer. Few writers are active at the same time, so few blocks are held.
#include "fairline/ledger/event_reader.h"

#include "fairline/ledger/row_values.h"

namespace fairline {
namespace {

constexpr int64_t kBlockEvents = 512;
constexpr size_t kBlocks = 64;

}  // namespace

std::string LedgerEvent::CommitmentOfPayload() const {
  const EventPayload& p = *payload;
  return EventCommitment(
      p.salt, {event_id, p.timestamp, p.user_id, p.action, p.entity_type, p.entity_id, p.metadata});
}

Result<const LedgerEvent*> EventReader::Find(ChainPosition position) {
  auto found = blocks_.find(position.writer);
  if (found == blocks_.end() || position.seq < found->second.first ||
      position.seq - found->second.first >= kBlockEvents) {
    FAIRLINE_TRY(Read(position));
    found = blocks_.find(position.writer);
  }
  Block& block = found->second;
  const auto seq_at = [&](size_t i) { return block.events[i].position.seq; };
  if (block.next > 0 && seq_at(block.next - 1) >= position.seq) block.next = 0;
  while (block.next < block.events.size() && seq_at(block.next) < position.seq) ++block.next;
  const bool there = block.next < block.events.size() && seq_at(block.next) == position.seq;
  return there ? &block.events[block.next] : nullptr;
}

Status EventReader::Read(ChainPosition position) {
  if (blocks_.size() >= kBlocks) blocks_.clear();
  Block& block = blocks_[position.writer];
  block = Block{.first = position.seq};
  auto rows = FAIRLINE_TRY(database_.Query(
      "SELECT e.seq, e.event_id, e.commitment, e.chain, p.salt, p.timestamp, p.user_id, p.action, "
      "p.entity_type, p.entity_id, p.metadata FROM ledger_events e LEFT JOIN audit_payloads p "
      "ON p.writer = e.writer AND p.seq = e.seq WHERE e.writer = $1 AND e.seq >= $2 AND e.seq < $3 "
      "ORDER BY e.seq",
      {position.writer, position.seq, position.seq + kBlockEvents}));
  block.events.reserve(rows.size());
  for (Row& row : rows) {
    LedgerEvent& event = block.events.emplace_back();
    event.position = {position.writer, NumberIn(row[0])};
    event.event_id = TakeBytes(row[1]);
    event.commitment = TakeBytes(row[2]);
    event.chain = TakeBytes(row[3]);
    const bool erased = std::holds_alternative<std::monostate>(row[4]);
    if (erased) continue;
    event.payload =
        EventPayload{TakeBytes(row[4]), TakeBytes(row[5]), TakeBytes(row[6]), TakeBytes(row[7]),
                     TakeBytes(row[8]), TakeBytes(row[9]), TakeBytes(row[10])};
  }
  return {};
}

}  // namespace fairline
