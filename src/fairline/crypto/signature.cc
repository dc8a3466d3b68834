// Ed25519 by OpenSSL, whose calls fail here only when there is no memory, and on public keys and
// signatures that are none.
#include "fairline/crypto/signature.h"

#include <openssl/evp.h>

#include <memory>

#include "fairline/core/check.h"

namespace fairline {
namespace {

constexpr const char* kNoMemory = "there is memory for a signature";
constexpr size_t kPublicKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key PrivateKey(const SecretKey& key) {
  Key loaded(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(key.bytes()),
                                          SecretKey::kBytes));
  FAIRLINE_CHECK(loaded, kNoMemory);
  return loaded;
}

}  // namespace

std::string SigningPublicKey(const SecretKey& private_key) {
  const Key key = PrivateKey(private_key);
  std::string bytes(kPublicKeyBytes, '\0');
  size_t size = bytes.size();
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  FAIRLINE_CHECK(EVP_PKEY_get_raw_public_key(key.get(), out, &size) == 1, kNoMemory);
  return bytes;
}

std::string Sign(const SecretKey& private_key, std::string_view message) {
  const Key key = PrivateKey(private_key);
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  FAIRLINE_CHECK(context &&
                     EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                     EVP_DigestSign(context.get(), out, &size, Bytes(message), message.size()) == 1,
                 kNoMemory);
  return signature;
}

bool VerifySignature(std::string_view public_key, std::string_view message,
                     std::string_view signature) {
  if (public_key.size() != kPublicKeyBytes || signature.size() != kSignatureBytes) return false;
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  if (!key) return false;
  const Context context(EVP_MD_CTX_new());
  FAIRLINE_CHECK(
      context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1,
      kNoMemory);
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

}  // namespace fairline
