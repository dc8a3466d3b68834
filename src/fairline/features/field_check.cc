#include "fairline/features/field_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

constexpr double kAmountMax = static_cast<double>(limits::kAmountMinorMax) / 100;

// A NUL ends the text for PostgreSQL and for many a reader of exports.
std::optional<std::string> TextFault(std::string_view text, size_t most_bytes) {
  if (text.size() > most_bytes) return fmt::format("is longer than {} bytes", most_bytes);
  if (text.find('\0') != std::string_view::npos) return "must not hold the character NUL";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> NumberFault(const Field& field, double number) {
  const bool is_sentinel =
      std::ranges::find(field.missing_values, number) != field.missing_values.end();
  if (std::isnan(number) || is_sentinel || FaultlessRange(field).Contains(number)) {
    return std::nullopt;
  }
  if (std::isinf(number)) return "must be a finite number";
  if (field.minimum && number < *field.minimum) {
    return fmt::format("must be at least {}", *field.minimum);
  }
  if (field.maximum && number > *field.maximum) {
    return fmt::format("must be at most {}", *field.maximum);
  }
  return fmt::format("must be an amount from 0 to {:.2f}", kAmountMax);
}

NumberRange FaultlessRange(const Field& field) {
  constexpr double kMost = std::numeric_limits<double>::max();
  NumberRange range{field.minimum.value_or(-kMost), field.maximum.value_or(kMost)};
  if (field.role == FieldRole::kAmount) {
    range = {std::max(range.from, 0.0), std::min(range.to, kAmountMax)};
  }
  return range;
}

std::optional<std::string> CategoryFault(std::string_view category) {
  return TextFault(category, limits::kCategoryBytes);
}

std::optional<std::string> ReferenceFault(std::string_view reference) {
  return TextFault(reference, limits::kExternalRefBytes);
}

}  // namespace fairline
