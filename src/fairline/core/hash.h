// SHA-256, the one digest of this program: bundles, files, idempotency, record fingerprints.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's

namespace fairline {

/// The digest of bytes that come one block after another, such as a file of any length.
class Sha256 {
 public:
  Sha256();
  void Update(std::string_view bytes);
  /// 64 lower-case hexadecimal digits of all bytes so far; more may follow.
  std::string Hex() const;
  /// The same as 32 bytes.
  std::string Bytes() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;

  Context context_;
};

/// The same of bytes that are in memory.
std::string Sha256Hex(std::string_view bytes);
std::string Sha256Bytes(std::string_view bytes);

}  // namespace fairline
