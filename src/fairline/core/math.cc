// Both functions split off a multiple of ln 2, sum a short series for the rest and add the largest
// terms with their rounding error kept, so only the last addition rounds noticeably. No fused
// multiply-add and no table: every operation is one that IEEE 754 defines to the last bit.
#include "fairline/core/math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>

#include "fairline/core/exp_numbers.h"

namespace fairline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// 2^exponent for a normal result.
double PowerOfTwo(int exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

double ExpSeries(double r) {
  double sum = kExpSeries[0];
#pragma GCC unroll 16
  for (size_t i = 1; i < std::size(kExpSeries); ++i) sum = sum * r + kExpSeries[i];
  return sum;
}

/// The series of 2 atanh(s) / s - 2 in z = s^2, up to s^20; the next term is below 2^-60 where
/// |s| <= 0.172.
double LogSeries(double z) {
  double sum = 2.0 / 21;
  sum = sum * z + 2.0 / 19;
  sum = sum * z + 2.0 / 17;
  sum = sum * z + 2.0 / 15;
  sum = sum * z + 2.0 / 13;
  sum = sum * z + 2.0 / 11;
  sum = sum * z + 2.0 / 9;
  sum = sum * z + 2.0 / 7;
  sum = sum * z + 2.0 / 5;
  sum = sum * z + 2.0 / 3;
  return sum * z;
}

}  // namespace

double Exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 0x1.62e42fefa39efp+9) return kInfinity;
  if (x < kExpIsZeroBelow) return 0;

  // x = n ln 2 + high - low with |high - low| <= ln(2) / 2; high is exact.
  const int n = static_cast<int>(x * kInverseLn2 + (x < 0 ? -0.5 : 0.5));
  const double high = x - n * kLn2High;
  const double low = n * kLn2Low;
  const double r = high - low;
  const double curve = r * r * ExpSeries(r);
  const double sum = 1 + high;
  const double lost = (1 - sum) + high;
  const double result = sum + (lost + (curve - low));

  // Two factors, because 2^n alone may lie outside the doubles. Only the second can round.
  const int half = n / 2;
  return result * PowerOfTwo(half) * PowerOfTwo(n - half);
}

double Log(double x) {
  if (x == 0) return -kInfinity;
  if (!(x > 0)) return kNaN;
  if (x == kInfinity) return x;

  int n = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    n = -54;
  }
  // x = 2^n (1 + f) with 1 + f between the roots of 1/2 and of 2.
  constexpr uint64_t kOne = std::bit_cast<uint64_t>(1.0);
  constexpr uint64_t kRootOfHalf = std::bit_cast<uint64_t>(0x1.6a09e667f3bcdp-1);
  const uint64_t shifted = std::bit_cast<uint64_t>(x) + (kOne - kRootOfHalf);
  n += static_cast<int>(shifted >> 52) - 1023;
  const double f = std::bit_cast<double>((shifted & 0xfffffffffffff) + kRootOfHalf) - 1;

  // ln(1 + f) = 2 atanh(s) with s = f / (2 + f), written as f - f^2/2 + s (f^2/2 + series), whose
  // first term is exact.
  const double s = f / (2 + f);
  const double half_square = 0.5 * f * f;
  const double tail = s * (half_square + LogSeries(s * s)) + n * kLn2Low;
  const double high = n * kLn2High;
  const double sum = high + f;
  const double lost = (high - sum) + f;
  return sum + (lost - (half_square - tail));
}

double Logistic(double log_odds) {
  const double odds = Exp(-std::fabs(log_odds));
  return (log_odds < 0 ? odds : 1) / (1 + odds);
}

double Logit(double probability) { return Log(probability / (1 - probability)); }

}  // namespace fairline
