// One decision by its id, or many in the order of their ids.
#include "fairline/decisioning/decision_store.h"

#include <fmt/format.h>

#include "fairline/decisioning/record_rows.h"

namespace fairline {

Result<DecisionRecord> LoadDecision(Database& database, Vault& vault,
                                    std::string_view decision_id) {
  std::vector<Row> rows;
  if (IsUuid(decision_id)) {
    rows = FAIRLINE_TRY(database.Query(fmt::format("{} WHERE d.id = $1", kSelectRecord),
                                       {std::string(decision_id)}));
  }
  if (rows.empty()) {
    return Fail(ErrorCode::kNotFound, fmt::format("there is no decision {}", decision_id));
  }
  return RecordOf(rows.front(), vault);
}

DecisionHistory::DecisionHistory(Database& database, Vault& vault, int64_t since_micros,
                                 int64_t until_micros)
    : database_(database),
      vault_(vault),
      after_(UuidFloor(since_micros)),
      end_(UuidFloor(until_micros)) {}

Result<std::vector<DecisionRecord>> DecisionHistory::Next(int64_t count) {
  const auto rows = FAIRLINE_TRY(database_.Query(
      fmt::format("{} WHERE d.id > $1 AND d.id < $2 ORDER BY d.id LIMIT $3", kSelectRecord),
      {after_, end_, count}));
  std::vector<DecisionRecord> records;
  for (const Row& row : rows) records.push_back(FAIRLINE_TRY(RecordOf(row, vault_)));
  if (!records.empty()) after_ = records.back().decision_id;
  return records;
}

}  // namespace fairline
