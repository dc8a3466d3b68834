// What is wrong with a JSON text, for the person who wrote it.
#pragma once

#include <string>
#include <string_view>

namespace fairline {

/// One sentence with the place, e.g. `line 3, column 14 (byte 57): expected a value`. For texts
/// that Json::Parse refused; says so in general words when it finds no fault.
std::string FindJsonFault(std::string_view text);

}  // namespace fairline
