// See backup_facts.h.
#include "fairline/governance/backup_facts.h"

namespace fairline {
namespace {

const std::string& Text(const Value& value) { return std::get<std::string>(value); }

}  // namespace

Result<RecordFacts> ReadFacts(Database& database) {
  RecordFacts facts;
  const auto schema =
      FAIRLINE_TRY(database.Query("SELECT COALESCE(MAX(version), 0) FROM schema_migrations"));
  facts.schema_version = std::get<int64_t>(schema[0][0]);
  const auto count = FAIRLINE_TRY(database.Query("SELECT COUNT(*) FROM decisions"));
  facts.decisions = std::get<int64_t>(count[0][0]);
  // Ids are UUIDv7: the greatest is the newest.
  const auto newest =
      FAIRLINE_TRY(database.Query("SELECT id, created_at FROM decisions ORDER BY id DESC LIMIT 1"));
  if (!newest.empty()) {
    facts.newest_decision_id = Text(newest[0][0]);
    facts.newest_decision_at = Text(newest[0][1]);
  }
  const auto last_range = FAIRLINE_TRY(database.Query(
      "SELECT first_index + count FROM ledger_ranges ORDER BY first_index DESC LIMIT 1"));
  if (!last_range.empty()) facts.ledger_size = std::get<int64_t>(last_range[0][0]);
  const auto checkpoint = FAIRLINE_TRY(
      database.Query("SELECT note FROM ledger_checkpoints ORDER BY tree_size DESC LIMIT 1"));
  if (!checkpoint.empty()) facts.ledger_checkpoint = Text(checkpoint[0][0]);
  return facts;
}

}  // namespace fairline
