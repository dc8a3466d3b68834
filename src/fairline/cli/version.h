// The program's version.
#pragma once

#include <string_view>

namespace fairline {

extern const std::string_view kVersion;  // "0.1.0"; set in CMakeLists.txt

}  // namespace fairline
