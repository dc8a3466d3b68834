// Legal holds: while one is in force, what it covers is neither erased nor disposed of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

struct LegalHold {
  std::string id;
  std::string applicant_id;  // empty: every applicant
  std::string reason;
  std::string placed_by, placed_at;
  std::string released_by, released_at;  // empty while in force
};

/// Places a hold; the event is `holds.place`. An empty applicant_id holds everything.
Result<LegalHold> PlaceHold(Database& database, IdGenerator& ids, const Clock& clock,
                            std::string_view applicant_id, std::string_view reason,
                            std::string_view user);
/// kNotFound; kFailedPrecondition when it is released already. The event is `holds.release`.
Status ReleaseHold(Database& database, IdGenerator& ids, const Clock& clock, std::string_view id,
                   std::string_view reason, std::string_view user);
/// All, or those in force, oldest first.
Result<std::vector<LegalHold>> ListHolds(Database& database, bool in_force_only);

/// The hold that covers the applicant, if one does.
Result<std::optional<LegalHold>> HoldOn(Transaction& transaction, std::string_view applicant_id);

}  // namespace fairline
