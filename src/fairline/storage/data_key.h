// Keys that the whole installation shares, such as the one that signs the ledger. They are in the
// database, wrapped by the master key, so that every replica and every restore has them.
#pragma once

#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The key of that name, made on first use; processes that make it at the same time agree on one.
Result<SecretKey> DataKey(Database& database, Keyring& keyring, std::string_view name);

/// Wraps every data key by the active master key that another one wraps. Returns how many.
Result<int64_t> RewrapDataKeys(Database& database, Keyring& keyring);

}  // namespace fairline
