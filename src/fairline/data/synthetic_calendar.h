// When the synthetic applicants applied, and when what became of their loans is known.
#pragma once

#include <cstdint>

#include "fairline/core/date.h"
#include "fairline/core/random.h"
#include "fairline/data/synthetic.h"

namespace fairline::synthetic {

/// The day on which row `row` (from 0) applied. Days of the week get applications in the shares of
/// WEEKDAY_APPR_PROCESS_START (synthetic_columns.h), so a later row never has an earlier day.
Date ApplicationDate(const ApplicationPeriod& period, uint64_t row);

/// 0 on the first day of the period, 1 on its last.
double PeriodPassed(const ApplicationPeriod& period, Date date);

/// The category of WEEKDAY_APPR_PROCESS_START that a date falls on.
double WeekdayCode(Date date);

/// The day on which the outcome of a loan is known. A default: 90 days after the application at the
/// earliest (three instalments missed) and within 12 months, at a hazard that is constant between
/// them (mean 120 days, the median is at 5 months). A good loan: after 12 months.
Date OutcomeDate(Random& random, Date applied, bool defaulted);

}  // namespace fairline::synthetic
