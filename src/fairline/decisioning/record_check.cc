// The digest of the rows as they lie, against the one that was recorded with them.
#include "fairline/decisioning/record_check.h"

#include <fmt/format.h>

#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/decisioning/record_rows.h"

namespace fairline {

Result<std::string> CheckRecord(Database& database, std::string_view decision_id,
                                std::string_view metadata) {
  const auto document = Json::Parse(metadata);
  const Json* recorded = document ? document->Find("record") : nullptr;
  if (recorded == nullptr || !recorded->is_string() || !IsUuid(decision_id)) return std::string();
  const auto rows = FAIRLINE_TRY(database.Query(kSelectRecordDigest, {std::string(decision_id)}));
  if (rows.empty()) return fmt::format("the decision {} is not stored any more", decision_id);
  if (RecordDigest(rows.front()) == recorded->string()) return std::string();
  return fmt::format("the stored decision {} is not the one that was recorded", decision_id);
}

}  // namespace fairline
