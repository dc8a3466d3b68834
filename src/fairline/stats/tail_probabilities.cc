// With whole degrees of freedom the incomplete gamma function is a finite sum over steps of two
// (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5), which starts from the normal tail or from
// e^(-x/2). All its terms are positive, so nothing cancels.
#include "fairline/stats/tail_probabilities.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/check.h"
#include "fairline/core/math.h"

namespace fairline {
namespace {

constexpr double kTwoOverRootPi = 1.1283791670955126;
constexpr double kRootPi = 1.7724538509055160;

/// 1 - erf(x) for x >= 0: the series of erf where it is short, else Laplace's continued fraction
/// (7.1.6 and 7.1.14 there).
double ErfComplement(double x) {
  if (x < 2) {
    double term = x, sum = x;
    for (int n = 1; term > 1e-17 * sum; ++n) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 1 - kTwoOverRootPi * Exp(-x * x) * sum;
  }
  constexpr int kDepth = 120;  // exact to the last digits from x = 2 up
  double fraction = x;
  for (int n = kDepth; n > 0; --n) fraction = x + 0.5 * n / fraction;
  return Exp(-x * x) / (kRootPi * fraction);
}

}  // namespace

double ChiSquareTail(double x, int degrees_of_freedom) {
  FAIRLINE_CHECK(degrees_of_freedom >= 1, "at least one degree of freedom");
  if (std::isnan(x)) return x;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  const double half = x / 2;
  const bool odd = degrees_of_freedom % 2 == 1;
  double tail = odd ? ErfComplement(std::sqrt(half)) : Exp(-half);
  // The density's factor half^(k/2) e^-half / Gamma(k/2 + 1), from one k to the next but one.
  double term = odd ? kTwoOverRootPi * std::sqrt(half) * Exp(-half) : half * Exp(-half);
  for (int k = odd ? 1 : 2; k < degrees_of_freedom; k += 2) {
    tail += term;
    term *= half / (0.5 * k + 1);
  }
  return std::min(tail, 1.0);  // rounding may go beyond
}

double TwoSidedNormalTail(double z) { return ChiSquareTail(z * z, 1); }

}  // namespace fairline
