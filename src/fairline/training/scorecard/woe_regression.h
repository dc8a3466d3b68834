// Logistic regression on WOE columns.
#pragma once

#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/training/progress.h"
#include "fairline/training/scorecard/encoded_rows.h"

namespace fairline {

struct WoeRegression {
  double intercept = 0;
  std::vector<double> coefficients;  // one per column
  int iterations = 0;
};

/// The minimum of sum(weight * log-loss) + l2 / 2 * sum(coefficient^2); the intercept is not
/// penalised (scikit-learn's LogisticRegression with C = 1 / l2). Newton's method until no number
/// moves by 1e-10. The same bits for any number of threads. kFailedPrecondition when there is no
/// such minimum or arithmetic does not find it: columns that say the same, without a penalty.
Result<WoeRegression> FitWoeRegression(std::span<const WoeColumn* const> columns,
                                       std::span<const double> outcomes,
                                       std::span<const double> weights, double l2, int threads,
                                       const Progress& progress);

}  // namespace fairline
