// "did you mean": the known name that a mistyped one is nearest to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairline {

/// `; did you mean "folds"?` when a name of `known` is at most two edits (insert, delete, replace,
/// swap of neighbours) away from `name` and shares something with it, else an empty text.
std::string DidYouMean(std::string_view name, const std::vector<std::string>& known);

}  // namespace fairline
