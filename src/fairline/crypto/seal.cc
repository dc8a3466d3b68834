// A random nonce before what GCM gives. Up to 2^32 values under one key keep the chance of a
// repeated nonce below 2^-32 (SP 800-38D, 8.3); keys are per subject and per purpose, far below it.
#include "fairline/crypto/seal.h"

#include <array>

#include "fairline/core/random.h"
#include "fairline/crypto/gcm.h"

namespace fairline {

static_assert(kSealBytes == kGcmNonceBytes + kGcmTagBytes);

std::string Seal(const SecretKey& key, std::string_view value, std::string_view context) {
  std::array<char, kGcmNonceBytes> nonce;
  FillWithEntropy(nonce.data(), nonce.size());
  std::string sealed;
  sealed.reserve(value.size() + kSealBytes);
  sealed.append(nonce.data(), nonce.size());
  GcmSeal(key, {nonce.data(), nonce.size()}, context, value, sealed);
  return sealed;
}

Result<std::string> Unseal(const SecretKey& key, std::string_view sealed,
                           std::string_view context) {
  if (sealed.size() >= kSealBytes) {
    auto value =
        GcmOpen(key, sealed.substr(0, kGcmNonceBytes), context, sealed.substr(kGcmNonceBytes));
    if (value) return *std::move(value);
  }
  return Fail(ErrorCode::kDataLoss,
              "a sealed value cannot be opened: it was changed, moved or sealed with another key");
}

}  // namespace fairline
