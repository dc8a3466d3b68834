// Reading one decision back.
#include "fairline/decisioning/decision_store.h"

#include <fmt/format.h>

#include "fairline/decisioning/record_rows.h"

namespace fairline {

Result<DecisionRecord> LoadDecision(Database& database, std::string_view decision_id) {
  const auto rows = FAIRLINE_TRY(database.Query(kSelectRecord, {std::string(decision_id)}));
  if (rows.empty()) {
    return Fail(ErrorCode::kNotFound, fmt::format("there is no decision {}", decision_id));
  }
  return RecordOf(rows.front());
}

}  // namespace fairline
