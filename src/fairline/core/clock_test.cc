// Timestamps: fixed text for fixed times, both ways, and refusal of everything else.
#include "fairline/core/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fairline {
namespace {

struct Known {
  int64_t micros;
  std::string_view text;
};

constexpr Known kKnown[] = {
    {0, "1970-01-01T00:00:00.000000Z"},
    {-1, "1969-12-31T23:59:59.999999Z"},
    {951'782'400'000'000, "2000-02-29T00:00:00.000000Z"},
    {1'795'257'660'123'456, "2026-11-21T10:41:00.123456Z"},
    {-62'167'219'200'000'000, "0000-01-01T00:00:00.000000Z"},
    {253'402'300'799'999'999, "9999-12-31T23:59:59.999999Z"},
};

TEST(Timestamp, KnownTimesBothWays) {
  for (const auto& [micros, text] : kKnown) {
    EXPECT_EQ(FormatTimestamp(micros), text);
    EXPECT_EQ(ParseTimestamp(text), micros) << text;
  }
}

TEST(Timestamp, OutsideFourDigitYearsIsShownAsTheNearestEnd) {
  EXPECT_EQ(FormatTimestamp(INT64_MAX), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatTimestamp(INT64_MIN), "0000-01-01T00:00:00.000000Z");
}

TEST(Timestamp, RefusesWhatItWouldNotWrite) {
  for (const std::string_view text :
       {"", "2026-11-21", "2026-11-21T10:41:00Z", "2026-11-21T10:41:00.123456",
        "2026-11-21 10:41:00.123456Z", "2026-11-21T10:41:00.123456+00:00",
        "2026-13-01T00:00:00.000000Z", "2026-02-29T00:00:00.000000Z", "2026-11-00T00:00:00.000000Z",
        "2026-11-21T24:00:00.000000Z", "2026-11-21T10:60:00.000000Z", "2026-11-21T10:41:60.000000Z",
        "2026-11-21T10:41:00.12345xZ", "+026-11-21T10:41:00.123456Z",
        "2026-11-21T10:41:00.123456Z "}) {
    const auto parsed = ParseTimestamp(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
}

RC_GTEST_PROP(Timestamp, ReadsBackAndSortsLikeTheTime, ()) {
  const auto time = rc::gen::inRange<int64_t>(kKnown[4].micros, kKnown[5].micros + 1);
  const int64_t a = *time;
  const int64_t b = *time;
  RC_ASSERT(ParseTimestamp(FormatTimestamp(a)).value() == a);
  RC_ASSERT((a < b) == (FormatTimestamp(a) < FormatTimestamp(b)));
}

TEST(Clock, TheMachinesClockIsAfterThisWasWritten) {
  EXPECT_GT(SystemClock().NowMicros(), 1'700'000'000'000'000);
  const int64_t before = SystemClock().MonotonicMicros();
  EXPECT_GE(SystemClock().MonotonicMicros(), before);
}

TEST(Clock, AManualClockMovesOnlyWhenTold) {
  ManualClock clock(1000);
  EXPECT_EQ(clock.NowMicros(), 1000);
  clock.Advance(-10);
  EXPECT_EQ(clock.NowMicros(), 990);
}

}  // namespace
}  // namespace fairline
