// The few distributions the synthetic applicants are drawn from, on core/random.h and core/math.h
// alone (the standard library's distributions differ between implementations).
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "fairline/core/math.h"
#include "fairline/core/random.h"
#include "fairline/data/synthetic_columns.h"

namespace fairline::synthetic {

inline bool Chance(Random& random, double probability) { return random.Uniform() < probability; }

/// Position drawn in proportion to the weights.
inline size_t Pick(Random& random, std::span<const double> weights) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double left = random.Uniform() * total;
  for (size_t i = 0; i + 1 < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

/// Code of a category drawn by the shares of the column.
inline double PickCategory(Random& random, std::span<const Category> categories) {
  double total = 0;
  for (const Category& category : categories) total += category.share;
  double left = random.Uniform() * total;
  for (size_t i = 0; i + 1 < categories.size(); ++i) {
    left -= categories[i].share;
    if (left < 0) return static_cast<double>(i);
  }
  return static_cast<double>(categories.size() - 1);
}

inline double Exponential(Random& random, double mean) { return -mean * Log(1 - random.Uniform()); }

/// Poisson by multiplying uniforms (Knuth); for small means.
inline double Poisson(Random& random, double mean) {
  const double limit = Exp(-mean);
  double count = 0;
  for (double product = random.Uniform(); product > limit; product *= random.Uniform()) ++count;
  return count;
}

/// The multiple of `step` nearest to `value`.
inline double RoundTo(double value, double step) { return std::floor(value / step + 0.5) * step; }

/// A date as whole days before the application, negative or 0 (never -0, which a file would show).
inline double DaysAgo(double days) { return 0 - std::floor(days); }

/// `value` with `decimals` = 10, 100, 1000 ... kept: the double nearest to the decimal number.
inline double Decimals(double value, double decimals) {
  return std::floor(value * decimals + 0.5) / decimals;
}

}  // namespace fairline::synthetic
