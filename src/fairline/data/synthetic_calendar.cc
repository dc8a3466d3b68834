#include "fairline/data/synthetic_calendar.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/math.h"
#include "fairline/data/synthetic_columns.h"

namespace fairline::synthetic {
namespace {

using std::chrono::days;

constexpr int kOutcomeMonths = 12;
constexpr int kEarliestDefaultDays = 90;
constexpr double kMeanDefaultDays = 120;  // from the earliest

/// Applications of a day, where a week has 1.
double ShareOf(Date date) {
  double total = 0;
  for (const Category& category : kWeekday) total += category.share;
  return kWeekday[static_cast<size_t>(WeekdayCode(date))].share / total;
}

/// Applications of the days before `end`, in weeks' worth.
double WeeksOfWork(Date begin, Date end) {
  const auto count = (end - begin).count();
  const auto whole_weeks = count / 7;
  auto weeks = static_cast<double>(whole_weeks);
  for (auto day = end - days(count % 7); day < end; day += days(1)) weeks += ShareOf(day);
  return weeks;
}

}  // namespace

Date ApplicationDate(const ApplicationPeriod& period, uint64_t row) {
  const double rows = period.rows_per_day * period.days;
  const double total = WeeksOfWork(period.from, period.from + days(period.days));
  double left = (static_cast<double>(row) + 0.5) / rows * total;
  const double weeks = std::floor(left);
  left -= weeks;
  Date date = period.from + days(7 * static_cast<int64_t>(weeks));
  for (int day = 0; day < 6 && left >= ShareOf(date); ++day) {
    left -= ShareOf(date);
    date += days(1);
  }
  return date;
}

double PeriodPassed(const ApplicationPeriod& period, Date date) {
  const auto passed = static_cast<double>((date - period.from).count());
  return passed / std::max(period.days - 1, 1);
}

double WeekdayCode(Date date) {
  return static_cast<double>(std::chrono::weekday(date).iso_encoding() - 1);
}

Date OutcomeDate(Random& random, Date applied, bool defaulted) {
  const Date matured = AddMonths(applied, kOutcomeMonths);
  if (!defaulted) return matured;
  const Date earliest = applied + days(kEarliestDefaultDays);
  const auto longest = static_cast<double>((matured - earliest).count());
  // The inverse of the distribution function of an exponential that ends at `longest`.
  const double within = 1 - Exp(-longest / kMeanDefaultDays);
  const double waited = -kMeanDefaultDays * Log(1 - random.Uniform() * within);
  return earliest + days(static_cast<int64_t>(std::min(waited, longest)));
}

}  // namespace fairline::synthetic
