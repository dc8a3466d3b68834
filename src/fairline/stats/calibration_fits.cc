// Newton's method on at most two parameters, and pool adjacent violators. All sums run in row
// order on core/math.h, so a fit has the same bits on every machine.
#include "fairline/stats/calibration_fits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fairline/core/check.h"
#include "fairline/core/math.h"
#include "fairline/stats/discrimination.h"

namespace fairline {
namespace {

constexpr int kNewtonSteps = 100;
constexpr int kHalvings = 40;
constexpr double kNegligibleGain = 1e-9;  // of the loss

/// ln(1 + e^x) without overflow.
double SoftPlus(double x) { return x > 0 ? x + Log(1 + Exp(-x)) : Log(1 + Exp(x)); }

/// Targets of Platt: what a class's mean would be after seeing one more row of each class.
struct Targets {
  double of_default, of_other;
};

Targets SmoothedTargets(std::span<const double> outcomes) {
  const double defaults = std::accumulate(outcomes.begin(), outcomes.end(), 0.0);
  const double others = static_cast<double>(outcomes.size()) - defaults;
  return {(defaults + 1) / (defaults + 2), 1 / (others + 2)};
}

double Loss(const LogisticFit& fit, std::span<const double> raw, std::span<const double> outcomes,
            const Targets& targets) {
  double sum = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    const double log_odds = fit.slope * raw[i] + fit.intercept;
    const double target = outcomes[i] == 1 ? targets.of_default : targets.of_other;
    sum += SoftPlus(log_odds) - target * log_odds;
  }
  return sum;
}

/// First and second derivatives of the loss by intercept (0) and slope (1).
struct Derivatives {
  double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
};

Derivatives DerivativesAt(const LogisticFit& fit, std::span<const double> raw,
                          std::span<const double> outcomes, const Targets& targets) {
  Derivatives d;
  for (size_t i = 0; i < raw.size(); ++i) {
    const double pd = Logistic(fit.slope * raw[i] + fit.intercept);
    const double error = pd - (outcomes[i] == 1 ? targets.of_default : targets.of_other);
    const double weight = pd * (1 - pd);
    d.g0 += error;
    d.g1 += error * raw[i];
    d.h00 += weight;
    d.h01 += weight * raw[i];
    d.h11 += weight * raw[i] * raw[i];
  }
  return d;
}

LogisticFit NewtonStep(const Derivatives& d, bool fit_slope) {
  // The small ridge keeps the system solvable when every raw score is the same.
  const double ridge = 1e-12;
  const double h00 = d.h00 + ridge, h11 = d.h11 + ridge;
  if (!fit_slope) return {0, -d.g0 / h00};
  const double determinant = h00 * h11 - d.h01 * d.h01;
  return {-(h00 * d.g1 - d.h01 * d.g0) / determinant, -(h11 * d.g0 - d.h01 * d.g1) / determinant};
}

LogisticFit Minimise(LogisticFit fit, bool fit_slope, std::span<const double> raw,
                     std::span<const double> outcomes, const Targets& targets) {
  double loss = Loss(fit, raw, outcomes, targets);
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Derivatives d = DerivativesAt(fit, raw, outcomes, targets);
    const LogisticFit move = NewtonStep(d, fit_slope);
    // Below the rounding of the loss halving tells nothing more, and Newton's step is all but
    // exact.
    const double gain = -(d.g0 * move.intercept + d.g1 * move.slope);
    if (gain < kNegligibleGain * loss) {
      return {fit.slope + move.slope, fit.intercept + move.intercept};
    }
    double length = 1;
    bool improved = false;
    for (int halving = 0; halving < kHalvings && !improved; ++halving, length /= 2) {
      const LogisticFit next{fit.slope + length * move.slope,
                             fit.intercept + length * move.intercept};
      const double next_loss = Loss(next, raw, outcomes, targets);
      if (next_loss < loss) {
        improved = true;
        fit = next;
        loss = next_loss;
      }
    }
    if (!improved) break;
  }
  return fit;
}

struct Block {
  double first, last;  // raw scores
  double sum, rows;
  double mean() const { return sum / rows; }
};

}  // namespace

LogisticFit FitPlatt(std::span<const double> raw, std::span<const double> outcomes) {
  FAIRLINE_CHECK(raw.size() == outcomes.size(), "one outcome per score");
  const double defaults = std::accumulate(outcomes.begin(), outcomes.end(), 0.0);
  const double others = static_cast<double>(outcomes.size()) - defaults;
  const LogisticFit start{0, Log((defaults + 1) / (others + 1))};
  return Minimise(start, true, raw, outcomes, SmoothedTargets(outcomes));
}

LogisticFit FitLogistic(std::span<const double> raw, std::span<const double> outcomes) {
  FAIRLINE_CHECK(raw.size() == outcomes.size(), "one outcome per score");
  return Minimise({1, 0}, true, raw, outcomes, {1, 0});
}

LogisticFit FitShift(std::span<const double> raw, std::span<const double> outcomes) {
  FAIRLINE_CHECK(raw.size() == outcomes.size(), "one outcome per score");
  return Minimise({1, 0}, false, raw, outcomes, {1, 0});
}

IsotonicFit FitIsotonic(std::span<const double> raw, std::span<const double> outcomes) {
  FAIRLINE_CHECK(raw.size() == outcomes.size(), "one outcome per score");
  std::vector<Block> blocks;
  const std::vector<size_t> order = OrderByScore(raw);
  for (size_t i = 0; i < order.size();) {
    Block block{raw[order[i]], raw[order[i]], 0, 0};
    for (; i < order.size() && raw[order[i]] == block.first; ++i) {
      block.sum += outcomes[order[i]];
      block.rows += 1;
    }
    while (!blocks.empty() && blocks.back().mean() >= block.mean()) {
      const Block& previous = blocks.back();
      block.first = previous.first;
      block.sum += previous.sum;
      block.rows += previous.rows;
      blocks.pop_back();
    }
    blocks.push_back(block);
  }

  const double clip = 0.5 / static_cast<double>(raw.size());
  IsotonicFit fit;
  for (const Block& block : blocks) {
    const double pd = std::clamp(block.mean(), clip, 1 - clip);
    fit.raw.push_back(block.first);
    fit.pd.push_back(pd);
    if (block.last > block.first) {
      fit.raw.push_back(block.last);
      fit.pd.push_back(pd);
    }
  }
  return fit;
}

}  // namespace fairline
