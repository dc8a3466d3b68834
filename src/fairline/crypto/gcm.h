// AES-256-GCM with a nonce the caller chooses, which must never come twice under one key: for
// seal.cc and sealed_stream.cc only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fairline/crypto/secret_key.h"

namespace fairline {

inline constexpr size_t kGcmNonceBytes = 12;
inline constexpr size_t kGcmTagBytes = 16;

/// Appends ciphertext || tag to `out`. `nonce` has 12 bytes.
void GcmSeal(const SecretKey& key, std::string_view nonce, std::string_view context,
             std::string_view value, std::string& out);
/// The value of ciphertext || tag; nothing when it is not genuine.
std::optional<std::string> GcmOpen(const SecretKey& key, std::string_view nonce,
                                   std::string_view context, std::string_view sealed);

}  // namespace fairline
