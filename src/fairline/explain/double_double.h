// Numbers of about 106 bits, held as the unevaluated sum of two doubles (Dekker 1971), from IEEE
// basic operations and std::fma only: what tables are computed with that must not depend on a
// machine's long double or C library.
#pragma once

#include <cmath>

namespace fairline {

struct DoubleDouble {
  double high = 0;
  double low = 0;  // |low| is at most half a unit in the last place of high

  /// The exact sum of two doubles (Knuth 1969).
  static DoubleDouble Sum(double a, double b) {
    const double sum = a + b;
    const double b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
  }
  /// The exact product of two doubles.
  static DoubleDouble Product(double a, double b) {
    const double product = a * b;
    return {product, std::fma(a, b, -product)};
  }
  friend DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }
  friend DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = Sum(a.high, b.high);
    const DoubleDouble low = Sum(a.low, b.low);
    const DoubleDouble middle = Sum(high.high, high.low + low.high);
    return Sum(middle.high, middle.low + low.low);
  }
  friend DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }
  friend DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble product = Product(a.high, b.high);
    return Sum(product.high, product.low + (a.high * b.low + a.low * b.high));
  }
  friend DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.high / b.high;
    const DoubleDouble rest = a - b * DoubleDouble{first};
    const double second = rest.high / b.high;
    const DoubleDouble last = rest - b * DoubleDouble{second};
    return Sum(first, second) + DoubleDouble{last.high / b.high};
  }
};

}  // namespace fairline
