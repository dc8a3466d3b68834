// One pass over the ranges, in memory that does not grow with the ledger.
#include "fairline/ledger/export.h"

#include <fmt/format.h>

#include <map>

#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/ledger/ledger_tables.h"
#include "fairline/ledger/merkle_proof.h"
#include "fairline/ledger/row_values.h"

namespace fairline {
namespace {

constexpr int64_t kRowsPerRead = 1000;
constexpr int64_t kProgressEvents = 1000;

struct ChainEnd {
  int64_t next_seq = 0;
  std::string chain = FirstChain();
};

class Export {
 public:
  Export(Database& database, const ExportOptions& options)
      : database_(database), options_(options), events_(database) {}

  Result<ExportSummary> Run();

 private:
  Status ReadChains();
  Status WriteHead();
  Status WriteOrder();
  Status WriteTails();
  Status WriteCheckpoints();
  Status WriteEvent(ChainPosition position, std::optional<int64_t> index);
  Status Write(const Json& line) { return options_.write(line.Dump() + "\n"); }

  Database& database_;
  const ExportOptions& options_;
  EventReader events_;
  std::map<int64_t, int64_t> ends_;     // of each writer's chain
  std::map<int64_t, ChainEnd> chains_;  // as far as they are written, or lie before the beginning
  ExportSummary summary_;
};

Result<ExportSummary> Export::Run() {
  summary_.first_index = options_.first_index;
  summary_.tree_size = FAIRLINE_TRY(ReadLedgerSizes(database_)).tree_size;
  FAIRLINE_TRY(ReadChains());
  FAIRLINE_TRY(WriteHead());
  FAIRLINE_TRY(WriteOrder());
  FAIRLINE_TRY(WriteTails());
  FAIRLINE_TRY(WriteCheckpoints());
  return summary_;
}

Status Export::ReadChains() {
  const auto writers = FAIRLINE_TRY(database_.Query("SELECT id, next_seq FROM ledger_writers"));
  for (const Row& row : writers) ends_[NumberIn(row[0])] = NumberIn(row[1]);
  if (options_.first_index == 0) return {};
  auto rows = FAIRLINE_TRY(database_.Query(
      "SELECT r.writer, r.next_seq, e.chain FROM (SELECT writer, MAX(CASE WHEN first_index + count "
      "> $1 THEN first_seq + $1 - first_index ELSE first_seq + count END) AS next_seq "
      "FROM ledger_ranges WHERE first_index < $1 GROUP BY writer) r "
      "JOIN ledger_events e ON e.writer = r.writer AND e.seq = r.next_seq - 1",
      {options_.first_index}));
  for (Row& row : rows) {
    chains_[NumberIn(row[0])] = {NumberIn(row[1]), TakeBytes(row[2])};
  }
  return {};
}

Status Export::WriteHead() {
  Json head = Json::MakeObject();
  head["format"] = "fairline-ledger-1";
  head["tree_size"] = summary_.tree_size;
  head["first_index"] = summary_.first_index;
  head["frontier"] = Json::MakeArray();
  const auto frontier = FAIRLINE_TRY(Frontier(summary_.first_index, StoredTiles(database_)));
  for (const std::string& root : frontier) head["frontier"].Append(ToHex(root));
  head["chains"] = Json::MakeArray();
  for (const auto& [writer, end] : chains_) {
    Json chain = Json::MakeObject();
    chain["writer"] = writer;
    chain["next_seq"] = end.next_seq;
    chain["chain"] = ToHex(end.chain);
    head["chains"].Append(std::move(chain));
  }
  return Write(head);
}

Status Export::WriteOrder() {
  int64_t index = summary_.first_index;
  while (index < summary_.tree_size) {
    const EventPlace place = FAIRLINE_TRY(PlaceAtIndex(database_, index));
    const auto range = FAIRLINE_TRY(database_.Query(
        "SELECT first_seq + count FROM ledger_ranges WHERE writer = $1 AND first_seq <= $2 "
        "ORDER BY first_seq DESC LIMIT 1",
        {place.writer, place.seq}));
    const int64_t end = NumberIn(range.at(0)[0]);
    for (int64_t seq = place.seq; seq < end; ++seq, ++index) {
      FAIRLINE_TRY(WriteEvent({place.writer, seq}, index));
      if (options_.progress && index % kProgressEvents == 0) {
        options_.progress(index, summary_.tree_size);
      }
    }
  }
  return {};
}

Status Export::WriteTails() {
  for (const auto& [writer, end] : ends_) {
    for (int64_t seq = chains_[writer].next_seq; seq < end; ++seq) {
      FAIRLINE_TRY(WriteEvent({writer, seq}, {}));
      ++summary_.not_ordered;
    }
  }
  return {};
}

Status Export::WriteEvent(ChainPosition position, std::optional<int64_t> index) {
  const LedgerEvent* event = FAIRLINE_TRY(events_.Find(position));
  if (event == nullptr) {
    return Fail(ErrorCode::kDataLoss,
                fmt::format("event number {} of writer {} is missing: `fairline audit verify` says "
                            "what else was changed",
                            position.seq, position.writer));
  }
  if (!event->payload) ++summary_.erased;
  chains_[position.writer].next_seq = position.seq + 1;
  return Write(EventJson(*event, index));
}

Status Export::WriteCheckpoints() {
  int64_t above = std::max<int64_t>(summary_.first_index - 1, 0);
  while (true) {
    const auto page = FAIRLINE_TRY(CheckpointsAbove(database_, above, kRowsPerRead));
    for (const StoredCheckpoint& checkpoint : page) {
      above = checkpoint.tree_size;
      if (above > summary_.tree_size) return {};
      Json line = Json::MakeObject();
      line["checkpoint"] = checkpoint.note;
      FAIRLINE_TRY(Write(line));
      ++summary_.checkpoints;
    }
    if (page.size() < kRowsPerRead) return {};
  }
}

}  // namespace

Result<ExportSummary> ExportLedger(Database& database, const ExportOptions& options) {
  return Export(database, options).Run();
}

Json EventJson(const LedgerEvent& event, std::optional<int64_t> index) {
  Json line = Json::MakeObject();
  line["index"] = index ? Json(*index) : Json();
  line["writer"] = event.position.writer;
  line["seq"] = event.position.seq;
  line["event_id"] = event.event_id;
  line["commitment"] = ToHex(event.commitment);
  line["chain"] = ToHex(event.chain);
  line["payload"] = Json();
  if (!event.payload) return line;
  Json payload = Json::MakeObject();
  payload["salt"] = ToHex(event.payload->salt);
  payload["timestamp"] = event.payload->timestamp;
  payload["user_id"] = event.payload->user_id;
  payload["action"] = event.payload->action;
  payload["entity_type"] = event.payload->entity_type;
  payload["entity_id"] = event.payload->entity_id;
  payload["metadata"] = event.payload->metadata;
  line["payload"] = std::move(payload);
  return line;
}

Result<int64_t> SizeSignedBefore(Database& database, int64_t micros) {
  const auto rows =
      FAIRLINE_TRY(database.Query("SELECT COALESCE(MAX(tree_size), 0) FROM ledger_checkpoints "
                                  "WHERE created_at < $1",
                                  {FormatTimestamp(micros)}));
  return NumberIn(rows.at(0).at(0));
}

}  // namespace fairline
