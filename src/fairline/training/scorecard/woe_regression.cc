// Rows are summed in blocks of a fixed size, and the blocks in their order: the sums do not depend
// on the threads. Iteratively reweighted least squares (Nelder and Wedderburn 1972) by Cholesky.
#include "fairline/training/scorecard/woe_regression.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/math.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

constexpr size_t kBlockRows = 4096;
constexpr int kIterations = 100;
constexpr double kTolerance = 1e-10;

/// Loss, its slope and curvature at one point; index 0 is the intercept. The curvature is a full
/// square of which the lower triangle is used.
struct Sums {
  double loss = 0;
  std::vector<double> gradient, hessian;

  explicit Sums(size_t n) : gradient(n), hessian(n * n) {}
  void Add(const Sums& other) {
    loss += other.loss;
    for (size_t i = 0; i < gradient.size(); ++i) gradient[i] += other.gradient[i];
    for (size_t i = 0; i < hessian.size(); ++i) hessian[i] += other.hessian[i];
  }
};

/// ln(1 + e^x) without overflow.
double LogOnePlusExp(double x) { return x > 0 ? x + Log(1 + Exp(-x)) : Log(1 + Exp(x)); }

class Problem {
 public:
  Problem(std::span<const WoeColumn* const> columns, std::span<const double> outcomes,
          std::span<const double> weights, double l2, int threads)
      : columns_(columns), outcomes_(outcomes), weights_(weights), l2_(l2), threads_(threads) {}

  size_t size() const { return columns_.size() + 1; }

  Result<Sums> At(const std::vector<double>& point) const {
    const size_t blocks = (outcomes_.size() + kBlockRows - 1) / kBlockRows;
    std::vector<Sums> parts(blocks, Sums(0));
    FAIRLINE_TRY(ParallelFor(blocks, threads_, [&](size_t block) -> Status {
      parts[block] = Sums(size());
      AddBlock(point, block * kBlockRows, parts[block]);
      return {};
    }));
    Sums sums(size());
    for (const Sums& part : parts) sums.Add(part);
    for (size_t i = 1; i < size(); ++i) {
      sums.loss += 0.5 * l2_ * point[i] * point[i];
      sums.gradient[i] += l2_ * point[i];
      sums.hessian[i * size() + i] += l2_;
    }
    return sums;
  }

 private:
  void AddBlock(const std::vector<double>& point, size_t begin, Sums& sums) const {
    const size_t n = size();
    std::vector<double> x(n, 1.0);
    for (size_t row = begin; row < std::min(begin + kBlockRows, outcomes_.size()); ++row) {
      double log_odds = point[0];
      for (size_t i = 1; i < n; ++i) {
        x[i] = (*columns_[i - 1])[row];
        log_odds += point[i] * x[i];
      }
      const double weight = weights_.empty() ? 1 : weights_[row];
      const double pd = Logistic(log_odds);
      const double slope = weight * (pd - outcomes_[row]);
      const double curvature = weight * pd * (1 - pd);
      sums.loss += weight * LogOnePlusExp(outcomes_[row] == 1 ? -log_odds : log_odds);
      for (size_t i = 0; i < n; ++i) {
        sums.gradient[i] += slope * x[i];
        const double curved = curvature * x[i];
        for (size_t j = 0; j <= i; ++j) sums.hessian[i * n + j] += curved * x[j];
      }
    }
  }

  std::span<const WoeColumn* const> columns_;
  std::span<const double> outcomes_, weights_;
  double l2_;
  int threads_;
};

/// Solves A x = b for a symmetric A given by its lower triangle; nothing when A is not positive
/// definite as far as doubles can tell.
bool SolveCholesky(std::vector<double> a, std::vector<double>& b) {
  const size_t n = b.size();
  for (size_t j = 0; j < n; ++j) {
    const double diagonal = a[j * n + j];
    for (size_t i = j; i < n; ++i) {
      double sum = a[i * n + j];
      for (size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i == j) {
        if (!(sum > 1e-13 * diagonal)) return false;
        a[j * n + j] = std::sqrt(sum);
      } else {
        a[i * n + j] = sum / a[j * n + j];
      }
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
}

std::unexpected<Error> NoMinimum(std::string_view why) {
  return Fail(ErrorCode::kFailedPrecondition,
              "scorecard: the logistic regression has no solution that can be found (" +
                  std::string(why) + "); a larger l2 penalty gives one");
}

/// The log-odds of everybody, all coefficients 0.
std::vector<double> StartingPoint(size_t n, std::span<const double> outcomes,
                                  std::span<const double> weights) {
  double good = 0, bad = 0;
  for (size_t row = 0; row < outcomes.size(); ++row) {
    (outcomes[row] == 1 ? bad : good) += weights.empty() ? 1 : weights[row];
  }
  std::vector<double> point(n);
  point[0] = Log(bad / good);
  return point;
}

}  // namespace

Result<WoeRegression> FitWoeRegression(std::span<const WoeColumn* const> columns,
                                       std::span<const double> outcomes,
                                       std::span<const double> weights, double l2, int threads,
                                       const Progress& progress) {
  const Problem problem(columns, outcomes, weights, l2, threads);
  std::vector<double> point = StartingPoint(problem.size(), outcomes, weights);
  Sums sums = FAIRLINE_TRY(problem.At(point));
  for (int iteration = 1; iteration <= kIterations; ++iteration) {
    FAIRLINE_TRY(progress.CheckCancelled());
    std::vector<double> step = sums.gradient;
    if (!SolveCholesky(sums.hessian, step)) return NoMinimum("two features say the same");
    double length = 1, largest = 0;
    std::vector<double> next(point.size());
    // A full step can overshoot far from the minimum; near it the losses differ by rounding only.
    const double allowed = sums.loss + 1e-12 * std::abs(sums.loss);
    for (bool accepted = false; !accepted; length /= 2) {
      if (length < 1e-10) return NoMinimum("the loss does not fall");
      for (size_t i = 0; i < point.size(); ++i) next[i] = point[i] - length * step[i];
      Sums there = FAIRLINE_TRY(problem.At(next));
      accepted = there.loss <= allowed;
      if (accepted) sums = std::move(there);
    }
    for (size_t i = 0; i < point.size(); ++i) {
      largest = std::max(largest, std::abs(next[i] - point[i]));
    }
    point = std::move(next);
    if (largest < kTolerance) {
      return WoeRegression{.intercept = point[0],
                           .coefficients = {point.begin() + 1, point.end()},
                           .iterations = iteration};
    }
  }
  return NoMinimum("it does not settle");
}

}  // namespace fairline
