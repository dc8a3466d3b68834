#include "fairline/core/date.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

using std::chrono::days;

TEST(DateTest, ReadsWhatItWrites) {
  const Date first = ParseDate("1896-02-25").value();
  for (int day = 0; day < 60'000; day += 7) {
    const Date date = first + days(day);
    EXPECT_EQ(ParseDate(FormatDate(date)).value(), date);
  }
  EXPECT_EQ(FormatDate(ParseDate("1896-02-28").value() + days(2)), "1896-03-01");
  EXPECT_EQ(ParseDate("1970-01-01").value().time_since_epoch().count(), 0);
}

TEST(DateTest, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2026", "2026-1-1", "2026-02-29", "2026-13-01", "2026-00-10",
                           "2026-01-00", "2026-01-32", "26-01-2026", "2026/01/01", "2026-01-01 ",
                           "+026-01-01", "2026-01-1x", "2026-01-01T00:00:00Z"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
  EXPECT_EQ(ParseDate("1.3.2026").error().message,
            "\"1.3.2026\" is no date; write it as 2026-11-21");
}

TEST(DateTest, MonthsKeepTheDayWhereThereIsOne) {
  const auto later = [](const char* date, int months) {
    return FormatDate(AddMonths(ParseDate(date).value(), months));
  };
  EXPECT_EQ(later("2026-01-15", 12), "2027-01-15");
  EXPECT_EQ(later("2026-01-31", 1), "2026-02-28");
  EXPECT_EQ(later("2028-02-29", 12), "2029-02-28");
  EXPECT_EQ(later("2026-11-30", 3), "2027-02-28");
  EXPECT_EQ(later("2026-01-31", -2), "2025-11-30");
}

}  // namespace
}  // namespace fairline
