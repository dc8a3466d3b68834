#include "fairline/data/arrow_text.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace fairline {
namespace {

std::string DecimalOf(__int128 value, int width, int scale) {
  std::vector<uint8_t> bytes(static_cast<size_t>(width), value < 0 ? 0xff : 0);
  std::memcpy(bytes.data(), &value, std::min<size_t>(bytes.size(), sizeof value));
  return DecimalText(bytes, scale);
}

TEST(ArrowText, DecimalsKeepEveryDigit) {
  for (const int width : {4, 8, 16, 32}) {
    EXPECT_EQ(DecimalOf(0, width, 0), "0");
    EXPECT_EQ(DecimalOf(1250, width, 2), "12.50");
    EXPECT_EQ(DecimalOf(-5, width, 2), "-0.05");
    EXPECT_EQ(DecimalOf(-1, width, 0), "-1");
    EXPECT_EQ(DecimalOf(7, width, -3), "7000");
    EXPECT_EQ(DecimalOf(0, width, -3), "0");
    EXPECT_EQ(DecimalOf(1'000'000'000, width, 9), "1.000000000");
  }
  EXPECT_EQ(DecimalOf(std::numeric_limits<int32_t>::min(), 4, 0), "-2147483648");
  const __int128 large = __int128{1'234'567'890'123'456'789} * 1'000'000'000'000'000'000;
  EXPECT_EQ(DecimalOf(-large, 16, 18), "-1234567890123456789.000000000000000000");
  std::array<uint8_t, 32> least{};
  least.back() = 0x80;
  EXPECT_EQ(DecimalText(least, 0),
            "-57896044618658097711785492504343953926634992332820282019728792003956564819968");
}

TEST(ArrowText, DatesAndTimes) {
  EXPECT_EQ(DateText(0), "1970-01-01");
  EXPECT_EQ(DateText(-719'528), "0000-01-01");
  EXPECT_EQ(DateText(-719'529), std::nullopt);
  EXPECT_EQ(DateText(2'932'896), "9999-12-31");
  EXPECT_EQ(DateText(2'932'897), std::nullopt);
  EXPECT_EQ(TimeText(86'399, 1), "23:59:59");
  EXPECT_EQ(TimeText(86'400, 1), std::nullopt);
  EXPECT_EQ(TimeText(-1, 1'000'000'000), std::nullopt);
  EXPECT_EQ(TimeText(1'001, 1'000'000'000), "00:00:00.000001001");
  EXPECT_EQ(TimestampText(-1, 1'000, false), "1969-12-31 23:59:59.999");
  EXPECT_EQ(TimestampText(86'400, 1, false), "1970-01-02");
  EXPECT_EQ(TimestampText(86'400, 1, true), "1970-01-02 00:00:00+00:00");
  for (const int64_t ticks_per_second : {1, 1'000, 1'000'000}) {
    EXPECT_EQ(TimestampText(std::numeric_limits<int64_t>::min(), ticks_per_second, false),
              std::nullopt);
    EXPECT_EQ(TimestampText(std::numeric_limits<int64_t>::max(), ticks_per_second, true),
              std::nullopt);
  }
  EXPECT_EQ(TimestampText(std::numeric_limits<int64_t>::min(), 1'000'000'000, false),
            "1677-09-21 00:12:43.145224192");
}

TEST(ArrowText, Numbers) {
  EXPECT_EQ(NumberText(3), "3");
  EXPECT_EQ(NumberText(-0.0), "0");
  EXPECT_EQ(NumberText(100'000), "100000");
  EXPECT_EQ(NumberText(0.1), "0.1");
  EXPECT_EQ(NumberText(1e300), "1e+300");
}

TEST(ArrowText, HalfPrecision) {
  EXPECT_EQ(HalfValue(0x3c00), 1);
  EXPECT_EQ(HalfValue(0xc000), -2);
  EXPECT_EQ(HalfValue(0x7bff), 65504);
  EXPECT_EQ(HalfValue(0x0001), 5.9604644775390625e-08);
  EXPECT_EQ(HalfValue(0x03ff), 6.097555160522461e-05);
  EXPECT_EQ(HalfValue(0xfc00), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(HalfValue(0x7e00)));
}

}  // namespace
}  // namespace fairline
