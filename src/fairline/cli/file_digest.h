// The digest of a file, in memory that does not grow with it.
#pragma once

#include <string>

#include "fairline/core/result.h"

namespace fairline {

/// SHA-256 of the file's bytes: 64 lower-case hexadecimal digits.
Result<std::string> FileSha256(const std::string& path);

}  // namespace fairline
