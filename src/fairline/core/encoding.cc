// Tables and bit groups.
#include "fairline/core/encoding.h"

#include <array>
#include <cstdint>

namespace fairline {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::unexpected<Error> NotBase64() {
  return Fail(ErrorCode::kInvalidArgument, "is not base64 text");
}

}  // namespace

std::string ToHex(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kHexDigits[byte >> 4];
    hex += kHexDigits[byte & 15];
  }
  return hex;
}

Result<std::string> FromHex(std::string_view digits) {
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    const int high = HexValue(digits[i]), low = HexValue(digits[i + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high << 4 | low);
  }
  if (2 * bytes.size() != digits.size()) {
    return Fail(ErrorCode::kInvalidArgument, "is not a row of hexadecimal digit pairs");
  }
  return bytes;
}

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0);
    }
    for (size_t k = 0; k < 4; ++k) {
      text += k <= group.size() ? kBase64Digits[bits >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

Result<std::string> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return NotBase64();
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    if (i + 4 == text.size()) group = group.substr(0, group.find('='));
    if (group.size() < 2) return NotBase64();
    uint32_t bits = 0;
    for (size_t k = 0; k < 4; ++k) {
      const size_t value = k < group.size() ? kBase64Digits.find(group[k]) : 0;
      if (value == std::string_view::npos) return NotBase64();
      bits = bits << 6 | static_cast<uint32_t>(value);
    }
    // What is beyond the last whole byte must be zero, so that each value has one text.
    if ((bits & ((1u << (8 * (4 - group.size()))) - 1)) != 0) return NotBase64();
    for (size_t k = 0; k + 1 < group.size(); ++k) {
      bytes += static_cast<char>(bits >> (16 - 8 * k) & 255);
    }
  }
  // "=" only fills the last group, and fills it.
  if (const size_t pad = text.find('='); pad != std::string_view::npos) {
    if (text.find_first_not_of('=', pad) != std::string_view::npos) return NotBase64();
  }
  return bytes;
}

}  // namespace fairline
