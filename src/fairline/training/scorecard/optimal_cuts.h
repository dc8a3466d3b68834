// Which neighbouring pre-bins to join: the partition of the highest information value among all
// that keep the rules, found exactly by dynamic programming. The same problem as Navas-Palencia,
// Optimal binning: mathematical programming formulation (2020), which solves it by integer
// programming.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fairline/training/scorecard/outcome_counts.h"

namespace fairline {

/// How the default rate goes from bin to bin, always strictly: bins of equal rate are better
/// joined. kAuto: ascending or descending, whichever tells more; kPeak rises and then falls, or
/// either.
enum class MonotoneTrend { kAuto, kAscending, kDescending, kPeak, kValley, kNone };
std::string_view MonotoneTrendName(MonotoneTrend trend);  // auto, ascending, …

struct BinRules {
  MonotoneTrend trend = MonotoneTrend::kAuto;
  double min_rows = 0;       // in a bin
  int64_t min_outcomes = 1;  // goods in a bin, and bads
  /// Neighbours' default rates must differ by a two-proportion z-test with at most this p-value.
  double max_p_value = 1;
};

struct OptimalCuts {
  std::vector<size_t> starts;  // first pre-bin of each bin; starts[0] == 0
  double information_value = 0;
  MonotoneTrend trend = MonotoneTrend::kNone;  // never kAuto
};

/// O(pre-bins^3). `total` are the rows that shares are of: the pre-bins' and the missing ones. One
/// bin of everything, with information value 0, where no partition keeps the rules.
OptimalCuts FindOptimalCuts(std::span<const OutcomeCounts> prebins, const OutcomeCounts& total,
                            const BinRules& rules);

/// Weight of evidence: ln(share of the goods / share of the bads); needs both.
double WeightOfEvidence(const OutcomeCounts& counts, const OutcomeCounts& total);

}  // namespace fairline
