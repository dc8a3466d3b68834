// One statement for many rows: a row costs PostgreSQL far less as one of many in a statement.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fairline {

/// `INSERT … VALUES ($1, …, $n) …` with `rows` tuples in place of the one, their parameters
/// numbered on. Nothing when that could mean something else: no single tuple, parameters after it,
/// or DO UPDATE, which one statement may not do twice to one row.
std::optional<std::string> RepeatValues(std::string_view insert, size_t parameters, size_t rows);

}  // namespace fairline
