#include "fairline/data/csv_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "fairline/core/utf8.h"

namespace fairline {
namespace {

constexpr size_t kShownBytes = 40;

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string Shown(std::string_view text) {
  std::string shown(CutUtf8(text, kShownBytes));
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return fmt::format("\"{}{}\"", shown, shown.size() < text.size() ? "..." : "");
}

}  // namespace

bool IsMissingWord(std::string_view text) {
  constexpr std::array<std::string_view, 10> kWords = {"NA",  "N/A", "n/a",  "#N/A", "<NA>",
                                                       "NaN", "nan", "null", "NULL", "None"};
  return text.size() <= 4 && std::ranges::find(kWords, text) != kWords.end();
}

// At most 15 digits and a point, or 16 digits: digits and power of ten are then exact doubles, or
// there is nothing to divide, so the one rounding is the right one (Clinger, 1990).
std::optional<double> PlainNumber(std::string_view text) {
  constexpr std::array<double, 16> kPowersOfTen = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 16) return std::nullopt;
  uint64_t digits = 0;
  size_t count = 0;
  size_t point = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(text[i] - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
      ++count;
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  if (count == 0) return std::nullopt;
  const size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  const double value = decimals == 0 ? static_cast<double>(digits)
                                     : static_cast<double>(digits) / kPowersOfTen[decimals];
  return negative ? -value : value;
}

Result<double> NumericCell(const CsvField& field) {
  std::string_view text = field.text;
  if (const auto number = PlainNumber(text)) return *number;
  double value = std::numeric_limits<double>::quiet_NaN();
  text = TrimBlanks(text);
  if (text.empty() || IsMissingWord(text)) return value;
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size();
  if (whole && error == std::errc()) {
    if (std::isfinite(value)) return value;
    return Fail(ErrorCode::kInvalidArgument, Shown(field.text) + " is not a finite number");
  }
  if (whole && error == std::errc::result_out_of_range) {
    return Fail(ErrorCode::kInvalidArgument,
                Shown(field.text) + " is outside the range of numbers");
  }
  return Fail(ErrorCode::kInvalidArgument, Shown(field.text) + " is not a number");
}

bool IsMissingCategory(const CsvField& field) {
  return field.text.empty() || (!field.quoted && IsMissingWord(field.text));
}

}  // namespace fairline
