// HMAC by OpenSSL, with one context per thread: making a context costs more than a short value.
#include "fairline/crypto/keyed_hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "fairline/core/check.h"

namespace fairline {
namespace {

struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

Context NewContext() {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Context context(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);  // the context holds its own reference
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  FAIRLINE_CHECK(context && EVP_MAC_CTX_set_params(context.get(), parameters) == 1,
                 "there is memory for an HMAC");
  return context;
}

}  // namespace

std::string KeyedHash(const SecretKey& key, std::string_view value) {
  return KeyedHash(key.bytes(), value);
}

std::string KeyedHash(std::string_view key, std::string_view value) {
  thread_local const Context context = NewContext();
  // OpenSSL takes a null key for "the one before", so an empty one must point somewhere.
  const auto* key_bytes = reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data());
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  std::array<unsigned char, 32> digest;
  size_t size = 0;
  FAIRLINE_CHECK(EVP_MAC_init(context.get(), key_bytes, key.size(), nullptr) == 1 &&
                     EVP_MAC_update(context.get(), bytes, value.size()) == 1 &&
                     EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1 &&
                     size == digest.size(),
                 "there is memory for an HMAC");
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace fairline
