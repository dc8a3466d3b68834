// Rows of legal_holds; each change with its event.
#include "fairline/governance/legal_hold.h"

#include <fmt/format.h>

#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, applicant_id, reason, placed_by, placed_at, released_by, released_at "
    "FROM legal_holds ";

std::string TextOf(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

LegalHold HoldOf(const Row& row) {
  return {.id = TextOf(row[0]),
          .applicant_id = TextOf(row[1]),
          .reason = TextOf(row[2]),
          .placed_by = TextOf(row[3]),
          .placed_at = TextOf(row[4]),
          .released_by = TextOf(row[5]),
          .released_at = TextOf(row[6])};
}

AuditEvent EventOf(std::string_view action, std::string_view hold, std::string_view reason,
                   std::string_view user, IdGenerator& ids, int64_t now_micros) {
  return {.id = ids.Next(),
          .entity_type = "legal_hold",
          .entity_id = std::string(hold),
          .action = std::string(action),
          .user_id = std::string(user),
          .metadata = Json::Object{{"reason", reason}},
          .created_at_micros = now_micros};
}

}  // namespace

Result<LegalHold> PlaceHold(Database& database, IdGenerator& ids, const Clock& clock,
                            std::string_view applicant_id, std::string_view reason,
                            std::string_view user) {
  const int64_t now = clock.NowMicros();
  LegalHold hold{.id = ids.Next(),
                 .applicant_id = std::string(applicant_id),
                 .reason = std::string(reason),
                 .placed_by = std::string(user),
                 .placed_at = FormatTimestamp(now)};
  const AuditEvent event = EventOf("holds.place", hold.id, reason, user, ids, now);
  FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute(
        "INSERT INTO legal_holds (id, applicant_id, reason, placed_by, placed_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        {hold.id, applicant_id.empty() ? Value() : Value(hold.applicant_id), hold.reason,
         hold.placed_by, hold.placed_at}));
    return AppendEvent(transaction, event);
  }));
  return hold;
}

Status ReleaseHold(Database& database, IdGenerator& ids, const Clock& clock, std::string_view id,
                   std::string_view reason, std::string_view user) {
  const int64_t now = clock.NowMicros();
  const AuditEvent event = EventOf("holds.release", id, reason, user, ids, now);
  return database.Write([&](Transaction& transaction) -> Status {
    std::vector<Row> rows;
    if (IsUuid(id)) {
      rows = FAIRLINE_TRY(
          transaction.Query(fmt::format("{}WHERE id = $1", kColumns), {std::string(id)}));
    }
    if (rows.empty()) return Fail(ErrorCode::kNotFound, fmt::format("there is no hold {}", id));
    const LegalHold hold = HoldOf(rows.front());
    if (!hold.released_at.empty()) {
      return Fail(ErrorCode::kFailedPrecondition,
                  fmt::format("{} released this hold at {}", hold.released_by, hold.released_at));
    }
    FAIRLINE_TRY(transaction.Execute(
        "UPDATE legal_holds SET released_by = $2, released_at = $3 WHERE id = $1",
        {hold.id, std::string(user), FormatTimestamp(now)}));
    return AppendEvent(transaction, event);
  });
}

Result<std::vector<LegalHold>> ListHolds(Database& database, bool in_force_only) {
  const std::string_view which = in_force_only ? "WHERE released_at IS NULL " : "";
  std::vector<LegalHold> holds;
  for (const Row& row :
       FAIRLINE_TRY(database.Query(fmt::format("{}{}ORDER BY id", kColumns, which)))) {
    holds.push_back(HoldOf(row));
  }
  return holds;
}

Result<std::optional<LegalHold>> HoldOn(Transaction& transaction, std::string_view applicant_id) {
  const auto rows = FAIRLINE_TRY(transaction.Query(
      fmt::format("{}WHERE released_at IS NULL AND (applicant_id IS NULL OR applicant_id = $1) "
                  "ORDER BY id LIMIT 1",
                  kColumns),
      {std::string(applicant_id)}));
  if (rows.empty()) return std::nullopt;
  return HoldOf(rows.front());
}

}  // namespace fairline
