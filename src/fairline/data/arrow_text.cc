#include "fairline/data/arrow_text.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include "fairline/core/date.h"

namespace fairline {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;

int64_t FloorDivide(int64_t number, int64_t divisor) {
  return number / divisor - (number % divisor < 0 ? 1 : 0);
}

int64_t FloorRest(int64_t number, int64_t divisor) {
  const int64_t rest = number % divisor;
  return rest < 0 ? rest + divisor : rest;
}

/// Decimal digits of a number of 32-bit limbs, least significant first; uses it up.
std::string Digits(std::span<uint32_t> limbs) {
  constexpr uint64_t kBase = 1'000'000'000;  // nine digits at a time
  std::string reversed;
  for (;;) {
    uint64_t rest = 0, any = 0;
    for (size_t i = limbs.size(); i-- > 0;) {
      const uint64_t value = rest << 32 | limbs[i];
      limbs[i] = static_cast<uint32_t>(value / kBase);
      rest = value % kBase;
      any |= limbs[i];
    }
    for (int digit = 0; digit < 9; ++digit, rest /= 10) {
      reversed += static_cast<char>('0' + rest % 10);
    }
    if (any == 0) break;
  }
  while (reversed.size() > 1 && reversed.back() == '0') reversed.pop_back();
  return {reversed.rbegin(), reversed.rend()};
}

std::string Fraction(int64_t ticks, int64_t ticks_per_second) {
  const int64_t nanoseconds = ticks * (1'000'000'000 / ticks_per_second);
  if (nanoseconds == 0) return {};
  if (nanoseconds % 1'000'000 == 0) return fmt::format(".{:03}", nanoseconds / 1'000'000);
  if (nanoseconds % 1'000 == 0) return fmt::format(".{:06}", nanoseconds / 1'000);
  return fmt::format(".{:09}", nanoseconds);
}

}  // namespace

std::string NumberText(double number) {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  std::array<char, 32> text;
  const bool whole = std::trunc(number) == number && std::fabs(number) < kExactIntegers;
  const auto end = whole ? std::to_chars(text.begin(), text.end(), static_cast<int64_t>(number))
                         : std::to_chars(text.begin(), text.end(), number);
  return {text.data(), end.ptr};
}

std::string DecimalText(std::span<const uint8_t> bytes, int scale) {
  std::array<uint32_t, 8> storage{};
  const std::span<uint32_t> limbs(storage.data(), bytes.size() / sizeof(uint32_t));
  std::memcpy(limbs.data(), bytes.data(), limbs.size_bytes());
  const bool negative = limbs.back() >> 31 != 0;
  if (negative) {
    uint64_t carry = 1;
    for (uint32_t& limb : limbs) {
      carry += static_cast<uint32_t>(~limb);
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }
  std::string digits = Digits(limbs);
  if (scale > 0) {
    const auto behind = static_cast<size_t>(scale);
    if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
    digits.insert(digits.size() - behind, 1, '.');
  } else if (digits != "0") {
    digits.append(static_cast<size_t>(-scale), '0');
  }
  return negative ? "-" + digits : digits;
}

std::optional<std::string> DateText(int64_t days_since_1970) {
  using std::chrono::sys_days, std::chrono::year;
  constexpr Date kFirst = sys_days(year(0) / 1 / 1), kLast = sys_days(year(9999) / 12 / 31);
  if (days_since_1970 < kFirst.time_since_epoch().count() ||
      days_since_1970 > kLast.time_since_epoch().count()) {
    return {};
  }
  return FormatDate(Date(std::chrono::days(days_since_1970)));
}

std::optional<std::string> TimeText(int64_t ticks, int64_t ticks_per_second) {
  const int64_t seconds = FloorDivide(ticks, ticks_per_second);
  if (seconds < 0 || seconds >= kSecondsPerDay) return {};
  return fmt::format("{:02}:{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     Fraction(ticks % ticks_per_second, ticks_per_second));
}

std::optional<std::string> TimestampText(int64_t ticks, int64_t ticks_per_second, bool has_zone) {
  const int64_t seconds = FloorDivide(ticks, ticks_per_second);
  const int64_t fraction = FloorRest(ticks, ticks_per_second);
  const int64_t days = FloorDivide(seconds, kSecondsPerDay);
  const int64_t of_day = FloorRest(seconds, kSecondsPerDay);
  auto text = DateText(days);
  if (!text || (of_day == 0 && fraction == 0 && !has_zone)) return text;
  return *text + " " + *TimeText(of_day * ticks_per_second + fraction, ticks_per_second) +
         (has_zone ? "+00:00" : "");
}

double HalfValue(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double size = exponent == 31 && fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                : exponent == 31                ? std::numeric_limits<double>::infinity()
                : exponent == 0                 ? std::ldexp(fraction, -24)
                                                : std::ldexp(fraction + 1024, exponent - 25);
  return bits >> 15 != 0 ? -size : size;
}

}  // namespace fairline
