// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace fairline {

/// True when the bytes are well-formed UTF-8 text. Bytes below 0x80 are passed eight at a time.
bool IsUtf8(std::string_view bytes);

/// Bytes of the well-formed character that the text begins with, or 0.
size_t Utf8CharacterBytes(std::string_view text);

/// At most the first `max_bytes` of the text, cut between two characters.
std::string_view CutUtf8(std::string_view text, size_t max_bytes);

}  // namespace fairline
