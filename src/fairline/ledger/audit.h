// The audit log: who did what to which entity, when. Events commit with what they describe. Nothing
// personal: ids, versions and outcomes only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

struct AuditEvent {
  std::string id;           // UUIDv7
  std::string entity_type;  // "decision", "model_version", "file"
  std::string entity_id;
  std::string action;   // the operation's dotted name: "models.transition"
  std::string user_id;  // "system" for the program itself
  Json metadata;
  int64_t created_at_micros = 0;
};

Status AppendEvent(Transaction& transaction, const AuditEvent& event);
/// Events of one entity, oldest first.
Result<std::vector<AuditEvent>> EventsOf(Database& database, std::string_view entity_type,
                                         std::string_view entity_id);

}  // namespace fairline
