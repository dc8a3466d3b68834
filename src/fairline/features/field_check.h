// What an applicant may give for a field: one set of rules for requests and files. Each function
// says what is wrong ("must be at most 0"), or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fairline/features/signature.h"

namespace fairline {

/// NaN is missing and always right, and so are the field's sentinels. Infinite numbers are not; a
/// declared range and, for the loan's amount, the range of stored amounts hold.
std::optional<std::string> NumberFault(const Field& field, double number);

/// Numbers that are right, sentinels aside: for those who check millions.
struct NumberRange {
  double from = 0, to = 0;
  bool Contains(double number) const { return from <= number && number <= to; }
};
NumberRange FaultlessRange(const Field& field);

std::optional<std::string> CategoryFault(std::string_view category);

/// The caller's own id of the application.
std::optional<std::string> ReferenceFault(std::string_view reference);

}  // namespace fairline
