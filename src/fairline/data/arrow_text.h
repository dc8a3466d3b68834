// How the values of Arrow columns read as text: exactly, and as pandas writes them to CSV.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace fairline {

/// Whole numbers below 2^53 without a fraction, others in the shortest form that gives the same
/// double back: `3`, `0.1`, `1e+300`.
std::string NumberText(double number);

/// A whole number of 4 to 32 bytes, little endian, two's complement, with its last `scale` digits
/// behind the point: `-12.50`.
std::string DecimalText(std::span<const uint8_t> bytes, int scale);

/// `2026-11-21`. Nothing for a day outside the years 0 to 9999, here and below.
std::optional<std::string> DateText(int64_t days_since_1970);

/// `07:30:00`, with 3, 6 or 9 digits of a fraction where there is one. Nothing outside one day.
std::optional<std::string> TimeText(int64_t ticks, int64_t ticks_per_second);

/// `2026-11-21 07:30:00.250`; the date alone at midnight, which is how dates arrive from pandas.
/// With a zone, the instant in UTC: `2026-11-21 06:30:00+00:00`.
std::optional<std::string> TimestampText(int64_t ticks, int64_t ticks_per_second, bool has_zone);

/// The value of IEEE 754's binary16.
double HalfValue(uint16_t bits);

}  // namespace fairline
