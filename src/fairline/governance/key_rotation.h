// Rotation of the master key: every wrapped key is wrapped again by the active one, while the
// servers run. What is sealed stays as it is: data keys do not change.
#pragma once

#include <cstdint>
#include <functional>

#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Rewraps the keys of data and applicants that another master key wraps, in short transactions, so
/// that it may be stopped and run again. `progress` gets the number done. Returns how many.
Result<int64_t> RewrapKeys(Database& database, Keyring& keyring, Vault& vault,
                           const std::function<void(int64_t)>& progress = {});

}  // namespace fairline
