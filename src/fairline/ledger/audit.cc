// Events as rows of audit_log (docs/reference/database.md).
#include "fairline/ledger/audit.h"

#include <utility>

namespace fairline {
namespace {

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

Status AppendEvent(Transaction& transaction, const AuditEvent& event) {
  return transaction.Execute(
      "INSERT INTO audit_log (id, entity_type, entity_id, action, user_id, metadata, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {event.id, event.entity_type, event.entity_id, event.action, event.user_id,
       event.metadata.Dump(), FormatTimestamp(event.created_at_micros)});
}

Result<std::vector<AuditEvent>> EventsOf(Database& database, std::string_view entity_type,
                                         std::string_view entity_id) {
  auto rows = FAIRLINE_TRY(database.Query(
      "SELECT id, entity_type, entity_id, action, user_id, metadata, created_at FROM audit_log "
      "WHERE entity_type = $1 AND entity_id = $2 ORDER BY created_at, id",
      {std::string(entity_type), std::string(entity_id)}));
  std::vector<AuditEvent> events;
  for (Row& row : rows) events.push_back(FAIRLINE_TRY(EventOf(std::move(row))));
  return events;
}

}  // namespace fairline
