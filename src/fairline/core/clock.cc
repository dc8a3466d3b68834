// The machine's clock, and timestamps in the one format that is stored and shown. Their text sorts
// by time because every timestamp has the same width.
#include "fairline/core/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace fairline {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_time;

constexpr std::string_view kShape = "0000-00-00T00:00:00.000000Z";

class MachineClock : public Clock {
 public:
  int64_t NowMicros() const override { return Micros<std::chrono::system_clock>(); }
  int64_t MonotonicMicros() const override { return Micros<std::chrono::steady_clock>(); }

 private:
  template <typename StdClock>
  static int64_t Micros() {
    return std::chrono::duration_cast<microseconds>(StdClock::now().time_since_epoch()).count();
  }
};

bool HasShape(std::string_view text) {
  return std::ranges::equal(text, kShape, [](char c, char shape) {
    return shape == '0' ? c >= '0' && c <= '9' : c == shape;
  });
}

int Digits(std::string_view text, size_t start, size_t count) {
  int value = 0;
  std::from_chars(text.data() + start, text.data() + start + count, value);
  return value;
}

sys_time<microseconds> StartOfYear(int year) {
  return std::chrono::sys_days(std::chrono::year(year) / 1 / 1);
}

}  // namespace

const Clock& SystemClock() {
  static const MachineClock clock;
  return clock;
}

std::string FormatTimestamp(int64_t micros_since_epoch) {
  // Four digits hold the years 0 to 9999; a time outside is shown as the nearest end.
  const sys_time<microseconds> time =
      std::clamp(sys_time<microseconds>(microseconds(micros_since_epoch)), StartOfYear(0),
                 StartOfYear(10'000) - microseconds(1));
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int{date.year()},
                     unsigned{date.month()}, unsigned{date.day()}, clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Result<int64_t> ParseTimestamp(std::string_view text) {
  const auto refuse = [&] {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is not a time like 2026-11-21T10:41:00.123456Z", text));
  };
  if (!HasShape(text)) return refuse();
  const std::chrono::year_month_day date(std::chrono::year(Digits(text, 0, 4)),
                                         std::chrono::month(Digits(text, 5, 2)),
                                         std::chrono::day(Digits(text, 8, 2)));
  const int hour = Digits(text, 11, 2);
  const int minute = Digits(text, 14, 2);
  const int second = Digits(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return refuse();
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) + std::chrono::seconds(second) +
                    microseconds(Digits(text, 20, 6));
  return time.time_since_epoch().count();
}

}  // namespace fairline
