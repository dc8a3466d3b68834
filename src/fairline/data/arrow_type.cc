#include "fairline/data/arrow_type.h"

#include <charconv>
#include <utility>

namespace fairline {
namespace {

using Kind = ArrowType::Kind;

struct Simple {
  std::string_view format;
  ArrowType type;
};
constexpr Simple kSimple[] = {
    {"n", {.kind = Kind::kNull}},
    {"b", {.kind = Kind::kBoolean}},
    {"c", {.kind = Kind::kSigned, .bytes = 1}},
    {"s", {.kind = Kind::kSigned, .bytes = 2}},
    {"i", {.kind = Kind::kSigned, .bytes = 4}},
    {"l", {.kind = Kind::kSigned, .bytes = 8}},
    {"C", {.kind = Kind::kUnsigned, .bytes = 1}},
    {"S", {.kind = Kind::kUnsigned, .bytes = 2}},
    {"I", {.kind = Kind::kUnsigned, .bytes = 4}},
    {"L", {.kind = Kind::kUnsigned, .bytes = 8}},
    {"e", {.kind = Kind::kFloating, .bytes = 2}},
    {"f", {.kind = Kind::kFloating, .bytes = 4}},
    {"g", {.kind = Kind::kFloating, .bytes = 8}},
    {"u", {.kind = Kind::kText}},
    {"U", {.kind = Kind::kLongText}},
    {"vu", {.kind = Kind::kTextView}},
    {"tdD", {.kind = Kind::kDate, .bytes = 4}},
    {"tdm", {.kind = Kind::kDate, .bytes = 8, .ticks_per_day = 86'400'000}},
    {"tts", {.kind = Kind::kTime, .bytes = 4}},
    {"ttm", {.kind = Kind::kTime, .bytes = 4, .ticks_per_second = 1'000}},
    {"ttu", {.kind = Kind::kTime, .bytes = 8, .ticks_per_second = 1'000'000}},
    {"ttn", {.kind = Kind::kTime, .bytes = 8, .ticks_per_second = 1'000'000'000}},
    {"tss:", {.kind = Kind::kTimestamp, .bytes = 8}},
    {"tsm:", {.kind = Kind::kTimestamp, .bytes = 8, .ticks_per_second = 1'000}},
    {"tsu:", {.kind = Kind::kTimestamp, .bytes = 8, .ticks_per_second = 1'000'000}},
    {"tsn:", {.kind = Kind::kTimestamp, .bytes = 8, .ticks_per_second = 1'000'000'000}},
};

// By how the format begins; the longer beginning first.
constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
    {"+s", "is nested (a struct)"},
    {"+m", "is nested (a map)"},
    {"+u", "is nested (a union)"},
    {"+r", "is run-end encoded"},
    {"+", "is nested (a list)"},
    {"z", "holds bytes"},
    {"Z", "holds bytes"},
    {"vz", "holds bytes"},
    {"w", "holds bytes"},
    {"tD", "holds durations"},
    {"ti", "holds intervals of time"},
};

/// Takes a whole number and the comma behind it off the front.
bool TakeNumber(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (text.empty()) return true;
  if (text.front() != ',') return false;
  text.remove_prefix(1);
  return true;
}

/// `precision,scale` or `precision,scale,bits`.
bool ParseDecimal(std::string_view text, ArrowType& type) {
  constexpr int kMostDigits = 76;  // of 256 bits
  int precision, bits = 128;
  type.kind = Kind::kDecimal;
  if (!TakeNumber(text, precision) || !TakeNumber(text, type.scale)) return false;
  if (!text.empty() && !TakeNumber(text, bits)) return false;
  type.bytes = bits / 8;
  return (bits == 32 || bits == 64 || bits == 128 || bits == 256) && type.scale >= -kMostDigits &&
         type.scale <= kMostDigits;
}

}  // namespace

ColumnType ArrowType::column_type() const {
  const bool words =
      is_text() || kind == Kind::kDate || kind == Kind::kTime || kind == Kind::kTimestamp;
  return words ? ColumnType::kCategorical : ColumnType::kNumeric;
}

bool ArrowType::is_text() const {
  return kind == Kind::kText || kind == Kind::kLongText || kind == Kind::kTextView;
}

Result<ArrowType> ParseArrowType(std::string_view format) {
  for (const auto& [simple, type] : kSimple) {
    if (format == simple) return type;
    if (type.kind == Kind::kTimestamp && format.starts_with(simple)) {
      ArrowType zoned = type;
      zoned.has_zone = true;
      return zoned;
    }
  }
  ArrowType decimal;
  if (format.starts_with("d:") && ParseDecimal(format.substr(2), decimal)) return decimal;
  for (const auto& [beginning, what] : kRefused) {
    if (format.starts_with(beginning)) return Fail(ErrorCode::kUnsupported, std::string(what));
  }
  return Fail(ErrorCode::kUnsupported, "has a type that is not known here");
}

}  // namespace fairline
