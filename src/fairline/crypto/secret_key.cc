// Keys by OpenSSL, whose calls here fail only when there is no memory.
#include "fairline/crypto/secret_key.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>

#include "fairline/core/check.h"
#include "fairline/core/random.h"
#include "fairline/crypto/keyed_hash.h"

namespace fairline {

SecretKey SecretKey::Generate() {
  SecretKey key;
  FillWithEntropy(key.bytes_.data(), key.bytes_.size());
  return key;
}

SecretKey::SecretKey(std::string_view bytes) {
  FAIRLINE_CHECK(bytes.size() == kBytes, "a key has 32 bytes");
  std::ranges::copy(bytes, bytes_.begin());
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string_view SecretKey::bytes() const { return {bytes_.data(), bytes_.size()}; }

// One block of HKDF-Expand: HMAC(key, purpose || 0x01).
SecretKey SecretKey::Derive(std::string_view purpose) const {
  std::string info(purpose);
  info += '\x01';
  return SecretKey(KeyedHash(*this, info));
}

}  // namespace fairline
