// Days and times are UTC, as everything that is recorded.
#include "fairline/cli/history_range.h"

#include <fmt/core.h>

#include "fairline/core/clock.h"
#include "fairline/core/date.h"

namespace fairline {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

std::expected<int64_t, Failure> ReadTime(std::string_view option, const std::string& text) {
  if (const auto date = ParseDate(text)) return date->time_since_epoch().count() * kMicrosPerDay;
  if (const auto time = ParseTimestamp(text)) return *time;
  return UsageError(
      fmt::format("{}: \"{}\" is neither a day (2026-11-21) nor a time "
                  "(2026-11-21T10:41:00.000000Z)",
                  option, text));
}

}  // namespace

void HistoryRange::Declare(Options& options) {
  options.Optional("--since", "DAY", &since_text_, "From this day (UTC) or time on");
  options.Optional("--until", "DAY", &until_text_, "To before this day (UTC) or time");
}

std::expected<void, Failure> HistoryRange::Read() {
  // A little into the future: ids of one busy millisecond borrow from the next.
  until_micros = SystemClock().NowMicros() + kMicrosPerDay;
  if (since_text_) since_micros = FAIRLINE_TRY(ReadTime("--since", *since_text_));
  if (until_text_) until_micros = FAIRLINE_TRY(ReadTime("--until", *until_text_));
  if (since_micros < 0 || until_micros < 0) return UsageError("--since: before 1970");
  return {};
}

}  // namespace fairline
