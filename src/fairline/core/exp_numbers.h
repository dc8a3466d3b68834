// The numbers that Exp in core/math.cc is made of, for whoever computes the same in the lanes of a
// vector. Plain numbers only: kernels include this.
#pragma once

namespace fairline {

// The high part has 42 bits, so its product with any exponent of a double is exact.
inline constexpr double kLn2High = 0x1.62e42fefa3800p-1;
inline constexpr double kLn2Low = 0x1.ef35793c76730p-45;
inline constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
inline constexpr double kExpIsZeroBelow = -745.2;

/// The Taylor series of (e^r - 1 - r) / r^2 up to r^11 / 13!, highest power first; the next term is
/// below 2^-57 of e^r where |r| <= ln(2) / 2.
inline constexpr double kExpSeries[] = {
    1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
    1.0 / 5040,       1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5};

}  // namespace fairline
