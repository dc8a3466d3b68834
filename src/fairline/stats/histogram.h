// Quantile bins of a variable and their counts: what drift is later measured against.
#pragma once

#include <span>
#include <vector>

namespace fairline {

/// Interior edges, strictly increasing, that cut the values into at most `bins` groups of about
/// equal size: value v is in the first bin i with v <= edges[i], or in the last one. NaN is left
/// out; fewer edges come back where values repeat, none for a constant.
std::vector<double> QuantileEdges(std::span<const double> values, size_t bins);

struct Histogram {
  std::vector<double> edges;
  std::vector<size_t> counts;  // edges.size() + 1
  size_t missing = 0;          // NaN
};

Histogram CountInto(std::vector<double> edges, std::span<const double> values);

}  // namespace fairline
