// Records from before values were sealed, brought into today's form when the store is opened.
#pragma once

#include <cstdint>

#include "fairline/core/result.h"
#include "fairline/decisioning/vault.h"
#include "fairline/registry/registry.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Seals what lies in clear of every old record; their decisions replay as before. Works from the
/// youngest old record to the oldest, in short transactions, so that it goes on where it was
/// interrupted. Returns how many there were: 0 costs one look at the oldest application.
Result<int64_t> SealOldRecords(Database& database, Vault& vault, Registry& registry);

}  // namespace fairline
