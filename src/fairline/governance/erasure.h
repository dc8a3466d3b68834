// Erasure of an applicant: the data key and every value in clear are destroyed, the decisions and
// the ledger stay and still verify. What stands for the applicant goes to a list that outlives
// backups, so that a restore erases again what was erased since.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

struct Erasure {
  std::string applicant_id;
  int64_t decisions = 0;
  std::string youngest_decision_at;  // empty: none
  std::string not_purged;  // why the database still keeps copies aside (Database::PurgeDeleted)
};

/// Erases one applicant; the event is `privacy.erase`. kFailedPrecondition names a legal hold that
/// forbids it, or says that it was erased before. `lists` are where the list of the erased is kept
/// besides the database, written first: an erasure that fails after that is made by the next
/// restore.
Result<Erasure> EraseApplicant(Database& database, Vault& vault, IdGenerator& ids,
                               const Clock& clock, std::span<ObjectStore* const> lists,
                               std::string_view applicant_id, std::string_view user);

/// The tokens of everybody erased, from one place of the list. kDataLoss names an entry that is no
/// token: somebody whose data a restore would bring back may be behind it.
Result<std::set<std::string>> ReadErasureList(ObjectStore& list);

/// Erases every applicant of a restored database whose token is listed. Returns how many. Legal
/// holds do not matter: the data are gone in the original.
Result<int64_t> ApplyErasures(Database& database, Vault& vault, IdGenerator& ids,
                              const Clock& clock, const std::set<std::string>& tokens);

}  // namespace fairline
