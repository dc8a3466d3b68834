// One transaction per applicant. The sealed values stay, which nobody can open any more, so that
// the record's digest in the ledger still fits.
#include "fairline/governance/erasure.h"

#include <fmt/format.h>

#include <vector>

#include "fairline/core/encoding.h"
#include "fairline/governance/legal_hold.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

constexpr std::string_view kListFolder = "erasures/";
constexpr size_t kTokenBytes = 32;

struct Erased {
  std::string applicant_id;
  std::string token;
  std::string at;
};

// Every place where something of the applicant stands in clear, and the key. The applicant comes
// first: that waits for decisions about the applicant which are being stored, and later ones do not
// find the applicant any more.
Status Destroy(Transaction& transaction, const Erased& erased) {
  const std::vector<Value> applicant = {erased.applicant_id};
  FAIRLINE_TRY(transaction.Execute(
      "UPDATE applicants SET reference_index = NULL, sealed_reference = NULL, wrapped_key = NULL, "
      "erased_at = $2 WHERE id = $1",
      {erased.applicant_id, erased.at}));
  FAIRLINE_TRY(transaction.Execute(
      "DELETE FROM idempotency_keys WHERE decision_id IN (SELECT d.id FROM applications a "
      "JOIN predictions p ON p.application_id = a.id JOIN decisions d ON d.prediction_id = p.id "
      "WHERE a.applicant_id = $1)",
      applicant));
  FAIRLINE_TRY(transaction.Execute(
      "UPDATE predictions SET feature_importance = '{}', explanation = '' WHERE application_id IN "
      "(SELECT id FROM applications WHERE applicant_id = $1)",
      applicant));
  FAIRLINE_TRY(transaction.Execute(
      "UPDATE applications SET external_ref = NULL, loan_amount = NULL, amount_minor = NULL, "
      "features = '{}', notes = '[]' WHERE applicant_id = $1",
      applicant));
  return transaction.Execute(
      "INSERT INTO erasures (token, erased_at) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING",
      {Blob{erased.token}, erased.at});
}

// What Destroy writes to.
constexpr std::string_view kCleared[] = {"applicants", "applications", "predictions",
                                         "idempotency_keys"};

Result<Erasure> Summary(Transaction& transaction, std::string_view applicant_id) {
  const auto rows = FAIRLINE_TRY(transaction.Query(
      "SELECT COUNT(*), MAX(d.created_at) FROM applications a "
      "JOIN predictions p ON p.application_id = a.id JOIN decisions d ON d.prediction_id = p.id "
      "WHERE a.applicant_id = $1",
      {std::string(applicant_id)}));
  Erasure erasure{.applicant_id = std::string(applicant_id),
                  .decisions = std::get<int64_t>(rows[0][0])};
  if (const auto* youngest = std::get_if<std::string>(&rows[0][1])) {
    erasure.youngest_decision_at = *youngest;
  }
  return erasure;
}

Status CheckErasable(Transaction& transaction, std::string_view applicant_id) {
  const auto rows = FAIRLINE_TRY(transaction.Query("SELECT erased_at FROM applicants WHERE id = $1",
                                                   {std::string(applicant_id)}));
  if (rows.empty()) return Fail(ErrorCode::kNotFound, "there is no such applicant");
  if (const auto* erased_at = std::get_if<std::string>(&rows[0][0])) {
    return Fail(
        ErrorCode::kFailedPrecondition,
        fmt::format("the data of applicant {} were erased at {}", applicant_id, *erased_at));
  }
  const auto hold = FAIRLINE_TRY(HoldOn(transaction, applicant_id));
  if (!hold) return {};
  return Fail(ErrorCode::kFailedPrecondition,
              fmt::format("a legal hold forbids it (placed by {} at {}: {}); release it first: "
                          "fairline holds release {}",
                          hold->placed_by, hold->placed_at, hold->reason, hold->id));
}

AuditEvent EventOf(const Erasure& erasure, std::string_view why, std::string_view user,
                   IdGenerator& ids, int64_t now_micros) {
  return {.id = ids.Next(),
          .entity_type = "applicant",
          .entity_id = erasure.applicant_id,
          .action = "privacy.erase",
          .user_id = std::string(user),
          .metadata = Json::Object{{"decisions", erasure.decisions}, {"why", why}},
          .created_at_micros = now_micros};
}

}  // namespace

Result<Erasure> EraseApplicant(Database& database, Vault& vault, IdGenerator& ids,
                               const Clock& clock, std::span<ObjectStore* const> lists,
                               std::string_view applicant_id, std::string_view user) {
  const int64_t now = clock.NowMicros();
  const Erased erased{std::string(applicant_id), vault.ErasureToken(applicant_id),
                      FormatTimestamp(now)};
  FAIRLINE_TRY(database.Write(
      [&](Transaction& transaction) { return CheckErasable(transaction, applicant_id); }));
  for (ObjectStore* list : lists) {
    FAIRLINE_TRY(list->Put(fmt::format("{}{}", kListFolder, ToHex(erased.token)), erased.at));
  }
  Erasure erasure;
  FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(CheckErasable(transaction, applicant_id));
    FAIRLINE_TRY(Destroy(transaction, erased));
    erasure = FAIRLINE_TRY(Summary(transaction, applicant_id));
    return AppendEvent(transaction, EventOf(erasure, "request", user, ids, now));
  }));
  // The erasure stands, whatever becomes of this.
  if (const Status purged = database.PurgeDeleted(kCleared); !purged) {
    erasure.not_purged = purged.error().message;
  }
  return erasure;
}

Result<std::set<std::string>> ReadErasureList(ObjectStore& list) {
  std::set<std::string> tokens;
  for (const std::string& key : FAIRLINE_TRY(list.List(kListFolder))) {
    auto token = FromHex(std::string_view(key).substr(kListFolder.size()));
    if (!token || token->size() != kTokenBytes) {
      return Fail(
          ErrorCode::kDataLoss,
          fmt::format("the list of erased applicants is damaged: {} stands for nobody. Find "
                      "out what it was before anything is restored",
                      key));
    }
    tokens.insert(*std::move(token));
  }
  return tokens;
}

Result<int64_t> ApplyErasures(Database& database, Vault& vault, IdGenerator& ids,
                              const Clock& clock, const std::set<std::string>& tokens) {
  if (tokens.empty()) return 0;
  const int64_t now = clock.NowMicros();
  int64_t count = 0;
  for (const Row& row :
       FAIRLINE_TRY(database.Query("SELECT id FROM applicants WHERE wrapped_key IS NOT NULL"))) {
    const auto& id = std::get<std::string>(row[0]);
    const Erased erased{id, vault.ErasureToken(id), FormatTimestamp(now)};
    if (!tokens.contains(erased.token)) continue;
    FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
      FAIRLINE_TRY(Destroy(transaction, erased));
      const Erasure erasure = FAIRLINE_TRY(Summary(transaction, id));
      return AppendEvent(transaction, EventOf(erasure, "restored backup", "system", ids, now));
    }));
    ++count;
  }
  if (count > 0) FAIRLINE_TRY(database.PurgeDeleted(kCleared));
  return count;
}

}  // namespace fairline
