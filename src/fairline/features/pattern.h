// Field name patterns: `*` stands for any run of characters, everything else for itself.
#pragma once

#include <string_view>

namespace fairline {

inline bool IsPattern(std::string_view text) { return text.find('*') != std::string_view::npos; }

/// Whether `name` as a whole fits `pattern`.
bool MatchesPattern(std::string_view pattern, std::string_view name);

}  // namespace fairline
