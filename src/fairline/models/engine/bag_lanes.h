// Sums and logistic curves in the lanes of a vector. Each lane does the operations of Exp and
// Logistic in core/math.cc, in their order and without a branch: what a branch there leaves out is
// computed and not taken.
#pragma once

#include "fairline/core/exp_numbers.h"
#include "fairline/models/engine/bag_kernel.h"

namespace fairline {
namespace {

template <size_t kBytes>
struct BagLanes {
  using Lanes [[gnu::vector_size(kBytes)]] = double;
  using Words [[gnu::vector_size(kBytes)]] = uint64_t;
  static constexpr size_t kCount = kBytes / sizeof(double);

  static Lanes ExpSeries(Lanes r) {
    Lanes sum = Lanes{} + kExpSeries[0];
#pragma GCC unroll 16
    for (size_t i = 1; i < sizeof kExpSeries / sizeof(double); ++i) sum = sum * r + kExpSeries[i];
    return sum;
  }

  /// e^x for x <= 0.
  static Lanes ExpOfNegative(Lanes x) {
    const Lanes within = x < kExpIsZeroBelow ? Lanes{} + kExpIsZeroBelow : x;

    // First the whole number nearest to it, by adding what leaves no bits for a fraction; then, if
    // that is below, the next: cut towards zero.
    constexpr double kWhole = 0x1.8p52;
    constexpr uint64_t kWholeBits = __builtin_bit_cast(uint64_t, kWhole);
    const Lanes uncut = within * kInverseLn2 - 0.5;
    const Lanes nearest = (uncut + kWhole) - kWhole;
    const Lanes n = nearest < uncut ? nearest + 1 : nearest;

    const Lanes high = within - n * kLn2High;
    const Lanes low = n * kLn2Low;
    const Lanes r = high - low;
    const Lanes curve = r * r * ExpSeries(r);
    const Lanes sum = 1 + high;
    const Lanes lost = (1 - sum) + high;
    const Lanes result = sum + (lost + (curve - low));

    // The powers of two of half of n and of the rest; the low bits of kWhole - n are those of -n.
    const Words minus_n = __builtin_bit_cast(Words, kWhole - n) - kWholeBits;
    const Words minus_half = minus_n >> 1;
    const Lanes half = __builtin_bit_cast(Lanes, (1023 - minus_half) << 52);
    const Lanes rest = __builtin_bit_cast(Lanes, (1023 - (minus_n - minus_half)) << 52);
    return x < kExpIsZeroBelow ? Lanes{} : result * half * rest;
  }

  static Lanes Logistic(Lanes log_odds) {
    const Lanes odds = ExpOfNegative(log_odds < 0 ? log_odds : -log_odds);
    return (log_odds < 0 ? odds : Lanes{} + 1) / (1 + odds);
  }

  static Lanes Load(const double* from) {
    Lanes lanes;
    __builtin_memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static void Store(double* to, Lanes lanes) { __builtin_memcpy(to, &lanes, sizeof lanes); }

  static void Add(const BagTerms& feature, double* margins) {
    const double* line = feature.lines;
    for (size_t i = 0; i < feature.count; ++i, line += kBagsOfLine) {
      double* to = margins + feature.places[i] * kBagsOfLine;
#pragma GCC unroll 4
      for (size_t bag = 0; bag < kBagsOfLine; bag += kCount) {
        Store(to + bag, Load(to + bag) + Load(line + bag));
      }
    }
  }

  static void Score(const BagTerms* features, size_t count, size_t lines, double* margins,
                    double* probabilities) {
    for (size_t i = 0; i < count; ++i) Add(features[i], margins);
    for (size_t bag = 0; bag < lines * kBagsOfLine; bag += kCount) {
      Store(probabilities + bag, Logistic(Load(margins + bag)));
    }
  }
};

}  // namespace
}  // namespace fairline
