// Bytes as text and back.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// Lower-case hexadecimal digits.
std::string ToHex(std::string_view bytes);
/// Either case. kInvalidArgument for anything else.
Result<std::string> FromHex(std::string_view digits);

/// Base64 with padding (RFC 4648). kInvalidArgument for anything else, unused bits included.
std::string ToBase64(std::string_view bytes);
Result<std::string> FromBase64(std::string_view text);

}  // namespace fairline
