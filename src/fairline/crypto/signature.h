// Ed25519 signatures (RFC 8032).
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/secret_key.h"

namespace fairline {

/// The 32-byte public key of a private one (its RFC 8032 seed).
std::string SigningPublicKey(const SecretKey& private_key);
/// 64 bytes.
std::string Sign(const SecretKey& private_key, std::string_view message);
bool VerifySignature(std::string_view public_key, std::string_view message,
                     std::string_view signature);

}  // namespace fairline
