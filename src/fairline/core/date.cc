#include "fairline/core/date.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace fairline {
namespace {

using std::chrono::year_month_day;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// A number of digits only; the caller has checked that they are.
int Number(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::string FormatDate(Date date) {
  const year_month_day day(date);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

Result<Date> ParseDate(std::string_view text) {
  const auto fits = [&](size_t i) { return i == 4 || i == 7 ? text[i] == '-' : IsDigit(text[i]); };
  bool shaped = text.size() == 10;
  for (size_t i = 0; shaped && i < 10; ++i) shaped = fits(i);
  if (shaped) {
    const year_month_day day(std::chrono::year(Number(text.substr(0, 4))),
                             std::chrono::month(static_cast<unsigned>(Number(text.substr(5, 2)))),
                             std::chrono::day(static_cast<unsigned>(Number(text.substr(8, 2)))));
    if (day.ok()) return Date(day);
  }
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is no date; write it as 2026-11-21", text));
}

Date AddMonths(Date date, int months) {
  const year_month_day day(date);
  const auto month = day.year() / day.month() + std::chrono::months(months);
  const auto last = (month / std::chrono::last).day();
  return Date(month / std::min(day.day(), last));
}

}  // namespace fairline
