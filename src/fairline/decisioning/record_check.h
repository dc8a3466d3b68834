// Whether a stored decision is the one its event in the ledger speaks of.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// `metadata` of a decisions.create event of that decision: what is wrong with the stored rows, as
/// a sentence without its full stop; empty when their digest is the event's, or the event is from
/// before digests. No key is needed, and erased records have their digest still.
Result<std::string> CheckRecord(Database& database, std::string_view decision_id,
                                std::string_view metadata);

}  // namespace fairline
