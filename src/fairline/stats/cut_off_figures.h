// What a cut-off does: REJECT iff probability >= threshold. Refusing a default is the "positive"
// that precision and recall speak of.
#pragma once

#include <span>

namespace fairline {

struct Confusion {
  size_t refused_defaults = 0;   // true positives
  size_t refused_good = 0;       // false positives
  size_t approved_defaults = 0;  // false negatives
  size_t approved_good = 0;      // true negatives

  size_t rows() const;
  double precision() const;  // defaults among the refused; 0 when nobody is refused
  double recall() const;     // refused among the defaults; 0 when there are none
  /// Mean of the shares of defaults refused and of good applicants approved.
  double balanced_accuracy() const;
  double f1() const { return FBeta(1); }
  /// Weighted harmonic mean of precision and recall, recall counting `beta` times as much; 0 when
  /// no default is refused.
  double FBeta(double beta) const;
  double approval_rate() const;
  /// Defaults among the approved; 0 when nobody is approved.
  double approved_default_rate() const;
  /// Mean cost of a row.
  double CostPerRow(double cost_false_negative, double cost_false_positive) const;
};

Confusion ConfusionAt(double threshold, std::span<const double> probabilities,
                      std::span<const double> outcomes);

/// A threshold and what it achieves.
struct ThresholdChoice {
  double threshold = 0;
  double value = 0;
};

/// The threshold, among the probabilities present, with the largest F-beta; the lowest of equals.
ThresholdChoice BestFBeta(double beta, std::span<const double> probabilities,
                          std::span<const double> outcomes);

/// The threshold with the lowest cost per row among the probabilities present and +infinity, which
/// refuses nobody; the highest of equals, which approves more.
ThresholdChoice CheapestThreshold(double cost_false_negative, double cost_false_positive,
                                  std::span<const double> probabilities,
                                  std::span<const double> outcomes);

/// The PD above which refusing is cheaper than approving, for PDs that are true probabilities:
/// C_fp / (C_fp + C_fn).
double BreakEvenPd(double cost_false_negative, double cost_false_positive);

}  // namespace fairline
