#include "fairline/stats/stability.h"

#include <algorithm>
#include <numeric>

#include "fairline/core/check.h"
#include "fairline/core/math.h"

namespace fairline {
namespace {

double Share(size_t count, double rows) { return std::max(static_cast<double>(count), 0.5) / rows; }

}  // namespace

double PopulationStabilityIndex(std::span<const size_t> expected, std::span<const size_t> actual) {
  FAIRLINE_CHECK(expected.size() == actual.size(), "the same bins");
  const auto n = static_cast<double>(std::reduce(expected.begin(), expected.end()));
  const auto m = static_cast<double>(std::reduce(actual.begin(), actual.end()));
  FAIRLINE_CHECK(n > 0 && m > 0, "both histograms hold rows");
  double index = 0;
  for (size_t bin = 0; bin < expected.size(); ++bin) {
    const double p = Share(expected[bin], n), q = Share(actual[bin], m);
    index += (p - q) * Log(p / q);
  }
  return index;
}

}  // namespace fairline
