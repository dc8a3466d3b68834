// Keys are plain enough to be file names, URL paths and S3 keys without any escaping.
#include "fairline/storage/object_key.h"

#include <fmt/format.h>

#include <algorithm>

namespace fairline {
namespace {

// S3 allows 1024 bytes, of which a prefix of the bucket's URL takes some.
constexpr size_t kKeyBytes = 768;

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/';
}

}  // namespace

bool IsObjectKey(std::string_view key) {
  if (key.size() > kKeyBytes || !std::ranges::all_of(key, IsKeyCharacter)) return false;
  while (true) {
    const size_t slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment.empty() || segment.front() == '.') return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

Status CheckObjectKey(std::string_view key) {
  if (IsObjectKey(key)) return {};
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" cannot be stored under that name: names are relative paths of "
                          "letters, digits, '.', '_' and '-', and no part starts with a dot",
                          key));
}

Status CheckObjectPrefix(std::string_view prefix) {
  if (prefix.empty()) return {};
  // A prefix is a key, or one whose last part has yet to begin.
  if (prefix.back() == '/') prefix.remove_suffix(1);
  return CheckObjectKey(prefix);
}

std::unexpected<Error> NoSuchObject(std::string_view key) {
  return Fail(ErrorCode::kNotFound, fmt::format("there is no stored object \"{}\"", key));
}

}  // namespace fairline
