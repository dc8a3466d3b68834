#include "fairline/data/arrow_cells.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "fairline/data/arrow_text.h"

namespace fairline {
namespace {

using Kind = ArrowType::Kind;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::unexpected<Error> Damaged(std::string_view what) {
  return Fail(ErrorCode::kInvalidArgument, fmt::format("is damaged: {}", what));
}

}  // namespace

Result<ArrowCells> ArrowCells::Create(const ArrowArray& array, const ArrowType& type) {
  ArrowCells cells(array, type);
  if (type.kind == Kind::kNull) return cells;
  const bool has_bytes = type.kind == Kind::kText || type.kind == Kind::kLongText;
  const int64_t buffers = has_bytes || type.kind == Kind::kTextView ? 3 : 2;
  if (array.length < 0 || array.offset < 0 || array.n_buffers < buffers ||
      (array.length > 0 && array.buffers[1] == nullptr)) {
    return Damaged("its values are not there");
  }
  if (array.null_count != 0) cells.validity_ = static_cast<const uint8_t*>(array.buffers[0]);
  cells.values_ = static_cast<const char*>(array.buffers[1]);
  return cells;
}

template <typename T>
void ArrowCells::AppendOf(int64_t begin, int64_t count, std::vector<double>& numbers) const {
  const size_t start = numbers.size();
  numbers.resize(start + static_cast<size_t>(count));
  double* out = numbers.data() + start;
  for (int64_t i = 0; i < count; ++i) out[i] = static_cast<double>(Value<T>(begin + i));
  if (validity_ == nullptr) return;
  for (int64_t i = 0; i < count; ++i) {
    if (IsNull(begin + i)) out[i] = kMissing;
  }
}

bool ArrowCells::Bit(int64_t row) const {
  const int64_t bit = row + array_->offset;
  return (values_[bit >> 3] >> (bit & 7) & 1) != 0;
}

void ArrowCells::AppendNumbers(int64_t begin, int64_t count, std::vector<double>& numbers) const {
  switch (type_.kind) {
    case Kind::kSigned:
      return type_.bytes == 1   ? AppendOf<int8_t>(begin, count, numbers)
             : type_.bytes == 2 ? AppendOf<int16_t>(begin, count, numbers)
             : type_.bytes == 4 ? AppendOf<int32_t>(begin, count, numbers)
                                : AppendOf<int64_t>(begin, count, numbers);
    case Kind::kUnsigned:
      return type_.bytes == 1   ? AppendOf<uint8_t>(begin, count, numbers)
             : type_.bytes == 2 ? AppendOf<uint16_t>(begin, count, numbers)
             : type_.bytes == 4 ? AppendOf<uint32_t>(begin, count, numbers)
                                : AppendOf<uint64_t>(begin, count, numbers);
    case Kind::kFloating:
      if (type_.bytes == 8) return AppendOf<double>(begin, count, numbers);
      if (type_.bytes == 4) return AppendOf<float>(begin, count, numbers);
      break;
    default:
      break;
  }
  for (int64_t row = begin; row < begin + count; ++row) {
    double number = kMissing;
    if (type_.kind == Kind::kNull || IsNull(row)) {
      numbers.push_back(number);
      continue;
    }
    if (type_.kind == Kind::kBoolean) number = Bit(row) ? 1 : 0;
    if (type_.kind == Kind::kFloating) number = HalfValue(Value<uint16_t>(row));
    if (type_.kind == Kind::kDecimal) {
      const std::string digits = Decimal(row);  // so that the nearest double comes out
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    numbers.push_back(number);
  }
}

std::string ArrowCells::Decimal(int64_t row) const {
  const auto* first = reinterpret_cast<const uint8_t*>(values_);
  const auto width = static_cast<size_t>(type_.bytes);
  return DecimalText({first + static_cast<size_t>(row + array_->offset) * width, width},
                     type_.scale);
}

int64_t ArrowCells::Integer(int64_t row) const {
  const bool is_unsigned = type_.kind == Kind::kUnsigned;
  switch (type_.bytes) {
    case 1:
      return is_unsigned ? int64_t{Value<uint8_t>(row)} : Value<int8_t>(row);
    case 2:
      return is_unsigned ? int64_t{Value<uint16_t>(row)} : Value<int16_t>(row);
    case 4:
      return is_unsigned ? int64_t{Value<uint32_t>(row)} : Value<int32_t>(row);
    default:
      return Value<int64_t>(row);
  }
}

template <typename Offset>
Result<std::string_view> ArrowCells::OffsetText(int64_t row) const {
  const Offset begin = Value<Offset>(row), end = Value<Offset>(row + 1);
  const auto* bytes = static_cast<const char*>(array_->buffers[2]);
  if (begin < 0 || end < begin || (bytes == nullptr && begin != end)) {
    return Damaged("a text lies outside the file");
  }
  if (begin == end) return std::string_view();
  return std::string_view(bytes + begin, static_cast<size_t>(end - begin));
}

Result<std::string_view> ArrowCells::ViewText(int64_t row) const {
  struct View {
    int32_t length;
    int32_t beginning;  // the text's first bytes
    int32_t buffer;
    int32_t offset;
  };
  constexpr int32_t kMostInside = 12;  // a shorter text stands in the view itself
  const char* place = values_ + (row + array_->offset) * static_cast<int64_t>(sizeof(View));
  const auto view = Value<View>(row);
  const auto length = static_cast<size_t>(view.length);
  if (view.length >= 0 && view.length <= kMostInside) {
    return std::string_view(place + sizeof view.length, length);
  }
  // Behind the buffers of text comes one with their sizes.
  const int64_t buffers = array_->n_buffers - 3;
  const auto* sizes = static_cast<const int64_t*>(array_->buffers[array_->n_buffers - 1]);
  if (view.length < 0 || view.buffer < 0 || view.buffer >= buffers || view.offset < 0 ||
      int64_t{view.offset} + view.length > sizes[view.buffer]) {
    return Damaged("a text lies outside the file");
  }
  return std::string_view(static_cast<const char*>(array_->buffers[2 + view.buffer]) + view.offset,
                          length);
}

/// Nothing for a time that is none.
std::optional<std::string> ArrowCells::NumberOrTimeText(int64_t row) const {
  switch (type_.kind) {
    case Kind::kBoolean:
      return Bit(row) ? "True" : "False";
    case Kind::kFloating: {
      std::vector<double> number;
      AppendNumbers(row, 1, number);
      return std::isnan(number.front()) ? "" : NumberText(number.front());
    }
    case Kind::kDecimal:
      return Decimal(row);
    case Kind::kUnsigned:
      if (type_.bytes == 8) return fmt::to_string(Value<uint64_t>(row));
      return fmt::to_string(Integer(row));
    case Kind::kDate: {
      const int64_t ticks = Integer(row);
      return DateText(ticks / type_.ticks_per_day - (ticks % type_.ticks_per_day < 0 ? 1 : 0));
    }
    case Kind::kTime:
      return TimeText(Integer(row), type_.ticks_per_second);
    case Kind::kTimestamp:
      return TimestampText(Integer(row), type_.ticks_per_second, type_.has_zone);
    default:
      return fmt::to_string(Integer(row));
  }
}

Result<std::string_view> ArrowCells::Text(int64_t row, std::string& scratch) const {
  if (type_.kind == Kind::kText) return OffsetText<int32_t>(row);
  if (type_.kind == Kind::kLongText) return OffsetText<int64_t>(row);
  if (type_.kind == Kind::kTextView) return ViewText(row);
  auto text = NumberOrTimeText(row);
  if (!text) {
    return Fail(ErrorCode::kInvalidArgument,
                "a date or time outside the years 0 to 9999, or outside the day");
  }
  scratch = *std::move(text);
  return std::string_view(scratch);
}

}  // namespace fairline
