// The fine bins that the optimal ones are joined from: runs of neighbouring values, or of
// categories in the order of their risk.
#pragma once

#include <span>
#include <vector>

#include "fairline/training/scorecard/outcome_counts.h"

namespace fairline {

/// One feature of the training rows, as it lies in a row-major matrix.
struct FeatureColumn {
  std::span<const double> values;  // the matrix from this feature's first number on
  size_t stride = 1;
  bool categorical = false;
  std::span<const double> outcomes;  // 1 for a default
  std::span<const double> weights;   // empty: each row weighs 1

  size_t rows() const { return outcomes.size(); }
  double value(size_t row) const { return values[row * stride]; }
  double weight(size_t row) const { return weights.empty() ? 1 : weights[row]; }
};

struct PreBins {
  std::vector<double> below;                     // numeric: as ScorecardBin::below, last infinite
  std::vector<std::vector<int32_t>> categories;  // categorical
  std::vector<OutcomeCounts> counts;             // by pre-bin
  OutcomeCounts missing;

  OutcomeCounts Total() const;
};

/// Runs that hold at least `share` of the rows with a value, the last and those beside a value that
/// holds as many itself excepted. Bounds lie between values of the rows and are the shortest
/// decimals there. Categories are ordered by their default rate, drawn towards the mean as far as
/// they are rare: for two outcomes the best grouping is then one of neighbours (Fisher 1958).
PreBins MakePreBins(const FeatureColumn& column, double share);

/// The number of fewest digits in (low, high]; `high` itself when none is shorter.
double ShortestBetween(double low, double high);

/// A default rate drawn towards that of everybody: as if 20 more rows with it had been seen.
double CautiousRate(const OutcomeCounts& counts, const OutcomeCounts& everybody);

}  // namespace fairline
