// The fits behind a calibrator: maps from raw score (log-odds as the model gives it) to PD.
#pragma once

#include <span>
#include <vector>

namespace fairline {

/// pd = logistic(slope * raw + intercept).
struct LogisticFit {
  double slope = 1;
  double intercept = 0;
};

/// Platt (1999), by Newton steps with halving as in Lin, Lin and Weng (2007). Platt's smoothed
/// targets keep the fit finite where a score separates the classes. A slope <= 0 says that the
/// score does not rise with risk.
LogisticFit FitPlatt(std::span<const double> raw, std::span<const double> outcomes);

/// The same with the outcomes themselves as targets: the maximum likelihood fit. Of the log-odds of
/// PDs it gives their calibration slope and intercept, 1 and 0 where they are right (Cox 1958).
LogisticFit FitLogistic(std::span<const double> raw, std::span<const double> outcomes);

/// FitLogistic with the slope held at 1: the shift of the log-odds that makes the mean PD equal to
/// the observed default rate. Both classes must be present.
LogisticFit FitShift(std::span<const double> raw, std::span<const double> outcomes);

/// Points of a non-decreasing map, linear in between: `raw` strictly increasing.
struct IsotonicFit {
  std::vector<double> raw;
  std::vector<double> pd;
};

/// Isotonic regression by pool adjacent violators (Ayer et al. 1955), ties in `raw` pooled first.
/// Each block gives its first and last raw score. PDs are clipped to [1/(2n), 1 - 1/(2n)]: n rows
/// cannot tell a smaller risk from none.
IsotonicFit FitIsotonic(std::span<const double> raw, std::span<const double> outcomes);

}  // namespace fairline
