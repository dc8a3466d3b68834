// What every object store says alike: which keys there may be, and that there is none.
#pragma once

#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// A relative path of segments of [A-Za-z0-9._-], none of which starts with a dot: that keeps `.`
/// and `..` out and leaves the names of half-written files to the disk.
bool IsObjectKey(std::string_view key);

/// kInvalidArgument for what is no key.
Status CheckObjectKey(std::string_view key);
/// The same for the beginning of a key; the empty one begins all of them.
Status CheckObjectPrefix(std::string_view prefix);

/// kNotFound.
std::unexpected<Error> NoSuchObject(std::string_view key);

}  // namespace fairline
