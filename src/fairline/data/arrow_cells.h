// The values of one Arrow array without its dictionary, one at a time.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/arrow_abi.h"
#include "fairline/data/arrow_type.h"

namespace fairline {

class ArrowCells {
 public:
  /// kInvalidArgument when the array lacks buffers that its type has. The array outlives the cells.
  static Result<ArrowCells> Create(const ArrowArray& array, const ArrowType& type);

  int64_t size() const { return array_->length; }
  bool IsNull(int64_t row) const {
    const int64_t bit = row + array_->offset;
    return validity_ != nullptr && (validity_[bit >> 3] >> (bit & 7) & 1) == 0;
  }

  /// Appends numbers of rows of a numeric type; NaN where there is none.
  void AppendNumbers(int64_t begin, int64_t count, std::vector<double>& numbers) const;

  /// The text of a value that is not null, empty where it is missing all the same (NaN). It may lie
  /// in `scratch`. The error has only a message.
  Result<std::string_view> Text(int64_t row, std::string& scratch) const;

  /// A value that is not null, of a type of integers.
  int64_t Integer(int64_t row) const;

 private:
  ArrowCells(const ArrowArray& array, const ArrowType& type) : array_(&array), type_(type) {}

  template <typename T>
  T Value(int64_t row) const {
    T value;
    std::memcpy(&value, values_ + (row + array_->offset) * static_cast<int64_t>(sizeof(T)),
                sizeof(T));
    return value;
  }
  template <typename T>
  void AppendOf(int64_t begin, int64_t count, std::vector<double>& numbers) const;
  bool Bit(int64_t row) const;
  std::string Decimal(int64_t row) const;
  template <typename Offset>
  Result<std::string_view> OffsetText(int64_t row) const;
  Result<std::string_view> ViewText(int64_t row) const;
  std::optional<std::string> NumberOrTimeText(int64_t row) const;

  const ArrowArray* array_;
  ArrowType type_;
  const uint8_t* validity_ = nullptr;  // null: every value is there
  const char* values_ = nullptr;       // or offsets, or views
};

}  // namespace fairline
