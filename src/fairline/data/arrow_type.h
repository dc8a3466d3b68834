// The types of Arrow columns that can become columns of a Table, out of the format strings of the C
// data interface.
#pragma once

#include <cstdint>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/data/table.h"

namespace fairline {

struct ArrowType {
  enum class Kind {
    kNull,
    kBoolean,
    kSigned,
    kUnsigned,
    kFloating,
    kDecimal,
    kText,      // offsets of 4 bytes
    kLongText,  // offsets of 8 bytes
    kTextView,
    kDate,
    kTime,
    kTimestamp,
  };
  Kind kind = Kind::kNull;
  int bytes = 0;                 // of one value that is no text
  int scale = 0;                 // decimal: digits behind the point
  int64_t ticks_per_second = 1;  // time and timestamp
  int64_t ticks_per_day = 1;     // date
  bool has_zone = false;         // timestamp: an instant, not a time on the wall

  /// What such a column becomes.
  ColumnType column_type() const;
  bool is_text() const;
};

/// kUnsupported with a message such as `is a list`.
Result<ArrowType> ParseArrowType(std::string_view format);

}  // namespace fairline
