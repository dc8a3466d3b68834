// Tail probabilities of the test statistics in a report, from core/math.h alone, so that a p-value
// has the same digits on every machine.
#pragma once

namespace fairline {

/// P(X > x) for X chi-square with `degrees_of_freedom` >= 1. Relative error below 1e-12 for the
/// degrees of freedom of a table (tests compare with SciPy). 1 for x <= 0; NaN gives NaN.
double ChiSquareTail(double x, int degrees_of_freedom);

/// P(|Z| > |z|) for Z standard normal.
double TwoSidedNormalTail(double z);

}  // namespace fairline
