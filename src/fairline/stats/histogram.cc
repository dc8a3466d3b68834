// The edges are values of the data, so no interpolation rule has to be agreed upon.
#include "fairline/stats/histogram.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/check.h"

namespace fairline {

std::vector<double> QuantileEdges(std::span<const double> values, size_t bins) {
  FAIRLINE_CHECK(bins > 0, "at least one bin");
  std::vector<double> sorted;
  std::ranges::copy_if(values, std::back_inserter(sorted), [](double v) { return !std::isnan(v); });
  std::ranges::sort(sorted);
  std::vector<double> edges;
  if (sorted.empty()) return edges;
  for (size_t bin = 1; bin < bins; ++bin) {
    const size_t below = sorted.size() * bin / bins;
    if (below == 0) continue;
    const double edge = sorted[below - 1];
    const bool is_new = edges.empty() || edge > edges.back();
    if (is_new && edge < sorted.back()) edges.push_back(edge);
  }
  return edges;
}

Histogram CountInto(std::vector<double> edges, std::span<const double> values) {
  Histogram histogram{.edges = std::move(edges)};
  histogram.counts.resize(histogram.edges.size() + 1);
  for (double value : values) {
    if (std::isnan(value)) {
      ++histogram.missing;
    } else {
      const auto bin = std::ranges::lower_bound(histogram.edges, value);
      ++histogram.counts[static_cast<size_t>(bin - histogram.edges.begin())];
    }
  }
  return histogram;
}

}  // namespace fairline
