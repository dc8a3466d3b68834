// The points are the zeros of the Legendre polynomial P_n, moved from [-1, 1] to [0, 1]; the
// weights follow from its derivative (Abramowitz and Stegun, 25.4.29-30).
#include "fairline/explain/gauss_legendre.h"

#include "fairline/explain/double_double.h"

namespace fairline {
namespace {

/// Zeros of P_n above x: the sign changes along P_0(x), ..., P_n(x), which is a Sturm sequence.
size_t ZerosAbove(size_t n, double x) {
  size_t changes = 0;
  double before = 1, value = x;
  bool positive = true;
  for (size_t k = 1; k <= n; ++k) {
    // A zero in the chain counts with the sign before it.
    if (value != 0 && (value > 0) != positive) {
      positive = !positive;
      ++changes;
    }
    const auto degree = static_cast<double>(k);
    const double next = ((2 * degree + 1) * x * value - degree * before) / (degree + 1);
    before = value;
    value = next;
  }
  return changes;
}

/// The zero of P_n that has `above` zeros above it, to about 40 bits. Zeros lie in (-1, 1).
double ApproximateZero(size_t n, size_t above) {
  double low = -1, high = 1;
  constexpr int kHalvings = 42;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = low + (high - low) / 2;
    (ZerosAbove(n, middle) > above ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

struct Legendre {
  DoubleDouble value;       // P_n(x)
  DoubleDouble derivative;  // P_n'(x)
};

Legendre Evaluate(size_t n, DoubleDouble x) {
  const DoubleDouble one{1};
  DoubleDouble before = one, value = x;
  for (size_t k = 1; k < n; ++k) {
    const auto degree = static_cast<double>(k);
    const DoubleDouble next =
        (DoubleDouble{2 * degree + 1} * x * value - DoubleDouble{degree} * before) /
        DoubleDouble{degree + 1};
    before = value;
    value = next;
  }
  const DoubleDouble derivative =
      DoubleDouble{static_cast<double>(n)} * (x * value - before) / (x * x - one);
  return {value, derivative};
}

}  // namespace

Quadrature GaussLegendre(size_t count) {
  const DoubleDouble one{1}, half{0.5};
  Quadrature rule;
  for (size_t above = count; above-- > 0;) {
    // An odd rule has its middle point at exactly zero, which bisection only comes near to.
    const bool is_middle = 2 * above + 1 == count;
    DoubleDouble x{is_middle ? 0 : ApproximateZero(count, above)};
    constexpr int kNewtonSteps = 3;  // 40 bits double to more than 100 in two
    for (int i = 0; i < kNewtonSteps && !is_middle; ++i) {
      const Legendre at_x = Evaluate(count, x);
      x = x - at_x.value / at_x.derivative;
    }
    const DoubleDouble derivative = Evaluate(count, x).derivative;
    rule.points.push_back((half * (one + x)).high);
    rule.weights.push_back((one / ((one - x * x) * derivative * derivative)).high);
  }
  return rule;
}

}  // namespace fairline
