// HMAC-SHA256 (RFC 2104): a digest that only holders of the key can compute, for looking a value up
// without storing it.
#pragma once

#include <string>
#include <string_view>

#include "fairline/crypto/secret_key.h"

namespace fairline {

/// 32 bytes.
std::string KeyedHash(const SecretKey& key, std::string_view value);
/// The same for protocols whose keys have any length.
std::string KeyedHash(std::string_view key, std::string_view value);

}  // namespace fairline
