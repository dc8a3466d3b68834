// Thresholds of learners that round their inputs to float first (scikit-learn's trees), said for
// the doubles that Fairline scores.
#pragma once

namespace fairline {

/// The largest double m for which `value <= m` is the same as `float(value) <= threshold` for every
/// value that is not NaN. Rounding is to the nearest float, ties to even, and to infinity beyond
/// the largest float. `threshold` is not NaN.
double ThresholdForDoubles(double threshold);

}  // namespace fairline
