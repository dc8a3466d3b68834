// URLs of the settings, taken apart (RFC 3986). Messages never show them: they may hold a password.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// `scheme://[user[:password]@]host[:port][/path][?name=value&…]`, percent-decoded.
struct Url {
  std::string scheme;
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::string host;  // without the brackets of an IPv6 address
  std::optional<uint16_t> port;
  std::string path;  // without the leading slash
  std::map<std::string, std::string, std::less<>> query;
};

/// kInvalidArgument says what is wrong with it.
Result<Url> ParseUrl(std::string_view text);

}  // namespace fairline
