// SHA-256 by OpenSSL, whose calls fail only when there is no memory.
#include "fairline/core/hash.h"

#include <openssl/evp.h>

#include <array>

#include "fairline/core/check.h"
#include "fairline/core/encoding.h"

namespace fairline {
namespace {

constexpr size_t kDigestBytes = 32;
constexpr const char* kNoMemory = "there is memory for a digest";

std::string_view TextOf(const std::array<unsigned char, kDigestBytes>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  FAIRLINE_CHECK(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
                 kNoMemory);
}

void Sha256::Update(std::string_view bytes) {
  FAIRLINE_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, kNoMemory);
}

std::string Sha256::Hex() const { return ToHex(Bytes()); }

std::string Sha256::Bytes() const {
  const Context finished(EVP_MD_CTX_new());
  std::array<unsigned char, kDigestBytes> digest;
  FAIRLINE_CHECK(finished && EVP_MD_CTX_copy_ex(finished.get(), context_.get()) == 1 &&
                     EVP_DigestFinal_ex(finished.get(), digest.data(), nullptr) == 1,
                 kNoMemory);
  return std::string(TextOf(digest));
}

std::string Sha256Hex(std::string_view bytes) { return ToHex(Sha256Bytes(bytes)); }

// Finding the algorithm and making a context cost more than digesting the few bytes of a ledger's
// leaf, so both are kept.
std::string Sha256Bytes(std::string_view bytes) {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::array<unsigned char, kDigestBytes> digest;
  FAIRLINE_CHECK(algorithm != nullptr && context != nullptr &&
                     EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                     EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                     EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1,
                 kNoMemory);
  return std::string(TextOf(digest));
}

}  // namespace fairline
