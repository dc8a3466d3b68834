// Authenticated encryption of values: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/secret_key.h"

namespace fairline {

/// What sealing adds to a value: nonce and tag.
inline constexpr size_t kSealBytes = 12 + 16;

/// nonce || ciphertext || tag. `context` is not stored: opening needs the same, so that a sealed
/// value cannot be moved to another place. Thread-safe.
std::string Seal(const SecretKey& key, std::string_view value, std::string_view context);
/// kDataLoss when the bytes were changed, the key is another or the context is another.
Result<std::string> Unseal(const SecretKey& key, std::string_view sealed, std::string_view context);

}  // namespace fairline
