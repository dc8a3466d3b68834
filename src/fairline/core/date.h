// Calendar dates without a time of day or a time zone, as ISO 8601 writes them: 2026-11-21.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// A day of the proleptic Gregorian calendar; differences are in days.
using Date = std::chrono::sys_days;

/// `2026-11-21`; years 0000 to 9999.
std::string FormatDate(Date date);
/// The inverse of FormatDate. kInvalidArgument for other forms and for days that never were.
Result<Date> ParseDate(std::string_view text);

/// The same day `months` later, or the last of that month where it has no such day.
Date AddMonths(Date date, int months);

}  // namespace fairline
