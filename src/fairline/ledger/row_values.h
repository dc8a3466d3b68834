// Columns of the ledger's tables as they are, even where somebody has put another type into them: a
// damaged ledger must be reported, not end the program.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "fairline/storage/database.h"

namespace fairline {

/// Bytes or text; empty for anything else.
inline std::string TakeBytes(Value& value) {
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  if (auto* blob = std::get_if<Blob>(&value)) return std::move(blob->bytes);
  return {};
}

inline int64_t NumberIn(const Value& value, int64_t otherwise = -1) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? otherwise : *number;
}

}  // namespace fairline
