// 256 bits nobody else may see; wiped when they go.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

class SecretKey {
 public:
  static constexpr size_t kBytes = 32;

  /// Fresh from the operating system's entropy.
  static SecretKey Generate();
  /// Exactly 32 bytes (checked).
  explicit SecretKey(std::string_view bytes);
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  /// Valid as long as the key.
  std::string_view bytes() const;
  /// A key for one purpose, from which this one cannot be found (HKDF-Expand, RFC 5869, SHA-256).
  SecretKey Derive(std::string_view purpose) const;

 private:
  SecretKey() = default;
  std::array<char, kBytes> bytes_{};
};

}  // namespace fairline
