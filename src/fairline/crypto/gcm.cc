// OpenSSL's AES-256-GCM with one context per thread: a new one for each value would cost more than
// the encryption itself.
#include "fairline/crypto/gcm.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "fairline/core/check.h"

namespace fairline {
namespace {

constexpr const char* kNoMemory = "there is memory for a cipher";
constexpr size_t kChunkBytes = size_t{1} << 30;  // OpenSSL counts in int

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Context NewContext() {
  Context context(EVP_CIPHER_CTX_new());
  EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  const bool ready = context && cipher != nullptr &&
                     EVP_CipherInit_ex2(context.get(), cipher, nullptr, nullptr, 1, nullptr) == 1;
  EVP_CIPHER_free(cipher);  // the context holds its own reference
  FAIRLINE_CHECK(ready, kNoMemory);
  return context;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// One context per direction, since changing the direction makes OpenSSL fetch the cipher again.
EVP_CIPHER_CTX* Begin(const SecretKey& key, std::string_view nonce, std::string_view context,
                      bool encrypt) {
  thread_local const Context contexts[2] = {NewContext(), NewContext()};
  EVP_CIPHER_CTX* cipher = contexts[encrypt ? 1 : 0].get();
  FAIRLINE_CHECK(nonce.size() == kGcmNonceBytes, "a nonce has 12 bytes");
  FAIRLINE_CHECK(EVP_CipherInit_ex2(cipher, nullptr, Bytes(key.bytes()), Bytes(nonce),
                                    encrypt ? 1 : 0, nullptr) == 1,
                 kNoMemory);
  int count = 0;
  for (size_t at = 0; at < context.size(); at += kChunkBytes) {
    const std::string_view part = context.substr(at, kChunkBytes);
    FAIRLINE_CHECK(
        EVP_CipherUpdate(cipher, nullptr, &count, Bytes(part), static_cast<int>(part.size())) == 1,
        kNoMemory);
  }
  return cipher;
}

void Process(EVP_CIPHER_CTX* cipher, std::string_view in, char* out) {
  for (size_t at = 0; at < in.size(); at += kChunkBytes) {
    const std::string_view part = in.substr(at, kChunkBytes);
    int count = 0;
    FAIRLINE_CHECK(EVP_CipherUpdate(cipher, reinterpret_cast<unsigned char*>(out + at), &count,
                                    Bytes(part), static_cast<int>(part.size())) == 1,
                   kNoMemory);
  }
}

}  // namespace

void GcmSeal(const SecretKey& key, std::string_view nonce, std::string_view context,
             std::string_view value, std::string& out) {
  EVP_CIPHER_CTX* cipher = Begin(key, nonce, context, true);
  const size_t start = out.size();
  out.resize(start + value.size() + kGcmTagBytes);
  Process(cipher, value, out.data() + start);
  unsigned char nothing[kGcmTagBytes];
  int count = 0;
  char* tag = out.data() + start + value.size();
  FAIRLINE_CHECK(EVP_CipherFinal_ex(cipher, nothing, &count) == 1 &&
                     EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kGcmTagBytes, tag) == 1,
                 kNoMemory);
}

std::optional<std::string> GcmOpen(const SecretKey& key, std::string_view nonce,
                                   std::string_view context, std::string_view sealed) {
  if (sealed.size() < kGcmTagBytes) return std::nullopt;
  EVP_CIPHER_CTX* cipher = Begin(key, nonce, context, false);
  const std::string_view body = sealed.substr(0, sealed.size() - kGcmTagBytes);
  std::string tag(sealed.substr(body.size()));
  std::string value(body.size(), '\0');
  Process(cipher, body, value.data());
  FAIRLINE_CHECK(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kGcmTagBytes, tag.data()) == 1,
                 kNoMemory);
  unsigned char nothing[kGcmTagBytes];
  int count = 0;
  if (EVP_CipherFinal_ex(cipher, nothing, &count) != 1) return std::nullopt;
  return value;
}

}  // namespace fairline
