// Rows without copies: a braced list of values would copy every text.
#pragma once

#include <utility>

#include "fairline/storage/database.h"

namespace fairline {

/// The values in order, each moved in where it can be.
template <typename... Values>
Row MakeRow(Values&&... values) {
  Row row;
  row.reserve(sizeof...(values));
  (row.emplace_back(std::forward<Values>(values)), ...);
  return row;
}

}  // namespace fairline
