// Appending locks the writer's row, so that the events of one chain are numbered in the order in
// which their transactions commit: whoever reads sees a beginning of the chain without gaps.
#include "fairline/ledger/audit.h"

#include <utility>

#include "fairline/core/check.h"
#include "fairline/core/random.h"
#include "fairline/ledger/event_hash.h"
#include "fairline/storage/make_row.h"

namespace fairline {
namespace {

constexpr size_t kSaltBytes = 16;

struct ChainEnd {
  int64_t next_seq = 0;  // after the events that are to come
  std::string head;
};

Status InsertWriter(Transaction& transaction, LedgerWriter writer, int64_t now_micros) {
  return transaction.Execute(
      "INSERT INTO ledger_writers (id, next_seq, head, created_at) VALUES ($1, 0, $2, $3) "
      "ON CONFLICT (id) DO NOTHING",
      {writer, Blob{FirstChain()}, FormatTimestamp(now_micros)});
}

// Moves the end of the chain by `count` events and holds it until the transaction ends.
Result<std::vector<Row>> Advance(Transaction& transaction, LedgerWriter writer, int64_t count) {
  return transaction.Query(
      "UPDATE ledger_writers SET next_seq = next_seq + $2 WHERE id = $1 RETURNING next_seq, head",
      {writer, count});
}

Result<ChainEnd> Lock(Transaction& transaction, LedgerWriter writer,
                      std::span<const AuditEvent> events) {
  const auto count = static_cast<int64_t>(events.size());
  auto rows = FAIRLINE_TRY(Advance(transaction, writer, count));
  if (rows.empty() && writer == kMainWriter) {
    FAIRLINE_TRY(InsertWriter(transaction, writer, events[0].created_at_micros));
    rows = FAIRLINE_TRY(Advance(transaction, writer, count));
  }
  if (rows.empty()) {
    return Fail(ErrorCode::kDataLoss, "the ledger does not know the writer of these events",
                "ledger_writers has no row of the claimed writer");
  }
  return ChainEnd{std::get<int64_t>(rows[0][0]), std::get<Blob>(std::move(rows[0][1])).bytes};
}

Result<AuditEvent> EventOf(Row row) {
  const auto text = [&](size_t column) { return std::get<std::string>(std::move(row[column])); };
  AuditEvent event;
  event.id = text(0);
  event.entity_type = text(1);
  event.entity_id = text(2);
  event.action = text(3);
  event.user_id = text(4);
  event.metadata = FAIRLINE_TRY(Json::Parse(text(5)));
  event.created_at_micros = FAIRLINE_TRY(ParseTimestamp(text(6)));
  return event;
}

}  // namespace

Result<LedgerWriter> ClaimWriter(Transaction& transaction, const Clock& clock) {
  const auto rows = FAIRLINE_TRY(
      transaction.Query("SELECT COALESCE(MAX(id), $1) + 1 FROM ledger_writers", {kMainWriter}));
  const LedgerWriter writer = std::get<int64_t>(rows[0][0]);
  FAIRLINE_TRY(InsertWriter(transaction, writer, clock.NowMicros()));
  return writer;
}

Status AppendEvents(Transaction& transaction, LedgerWriter writer,
                    std::span<const AuditEvent> events) {
  if (events.empty()) return {};
  ChainEnd end = FAIRLINE_TRY(Lock(transaction, writer, events));
  std::string salts(events.size() * kSaltBytes, '\0');
  FillWithEntropy(salts.data(), salts.size());

  std::vector<Row> links, payloads;
  links.reserve(events.size());
  payloads.reserve(events.size());
  int64_t seq = end.next_seq - static_cast<int64_t>(events.size());
  for (size_t i = 0; i < events.size(); ++i, ++seq) {
    const AuditEvent& event = events[i];
    FAIRLINE_CHECK(IsUuid(event.id), "an event's id is a UUID");
    std::string salt = salts.substr(i * kSaltBytes, kSaltBytes);
    std::string timestamp = FormatTimestamp(event.created_at_micros);
    std::string metadata = event.metadata.Dump();
    std::string commitment =
        EventCommitment(salt, {event.id, timestamp, event.user_id, event.action, event.entity_type,
                               event.entity_id, metadata});
    end.head = NextChain(end.head, EventLeaf({writer, seq}, event.id, commitment));
    links.push_back(MakeRow(writer, seq, event.id, Blob{std::move(commitment)}, Blob{end.head}));
    payloads.push_back(MakeRow(writer, seq, Blob{std::move(salt)}, std::move(timestamp),
                               event.user_id, event.action, event.entity_type, event.entity_id,
                               std::move(metadata)));
  }
  FAIRLINE_TRY(transaction.ExecuteMany(
      "INSERT INTO ledger_events (writer, seq, event_id, commitment, chain) "
      "VALUES ($1, $2, $3, $4, $5)",
      links));
  FAIRLINE_TRY(transaction.ExecuteMany(
      "INSERT INTO audit_payloads (writer, seq, salt, timestamp, user_id, action, entity_type, "
      "entity_id, metadata) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      payloads));
  return transaction.Execute("UPDATE ledger_writers SET head = $2 WHERE id = $1",
                             {writer, Blob{std::move(end.head)}});
}

Status AppendEvent(Transaction& transaction, const AuditEvent& event) {
  return AppendEvents(transaction, kMainWriter, {&event, 1});
}

Result<std::vector<AuditEvent>> EventsOf(Database& database, std::string_view entity_type,
                                         std::string_view entity_id) {
  auto rows = FAIRLINE_TRY(database.Query(
      "SELECT event_id, entity_type, entity_id, action, user_id, metadata, timestamp "
      "FROM audit_log WHERE entity_type = $1 AND entity_id = $2 ORDER BY timestamp, event_id",
      {std::string(entity_type), std::string(entity_id)}));
  std::vector<AuditEvent> events;
  for (Row& row : rows) events.push_back(FAIRLINE_TRY(EventOf(std::move(row))));
  return events;
}

}  // namespace fairline
