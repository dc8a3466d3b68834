// Sums run in row order, as in calibration_figures.cc.
#include "fairline/stats/calibration_tests.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/core/check.h"
#include "fairline/stats/tail_probabilities.h"

namespace fairline {

ShareInterval WilsonInterval(size_t events, size_t rows) {
  if (rows == 0) return {};
  constexpr double kZ = 1.959963984540054;
  const double n = static_cast<double>(rows);
  const double share = static_cast<double>(events) / n;
  const double middle = share + kZ * kZ / (2 * n);
  const double reach = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  // Rounding must not move the ends that are exact.
  return {events == 0 ? 0 : std::max(0.0, (middle - reach) / scale),
          events == rows ? 1 : std::min(1.0, (middle + reach) / scale)};
}

BrierParts PartitionBrier(const std::vector<CalibrationBin>& table, double brier) {
  double rows = 0, defaults = 0;
  for (const CalibrationBin& line : table) {
    rows += static_cast<double>(line.rows);
    defaults += static_cast<double>(line.defaults);
  }
  const double rate = defaults / rows;
  BrierParts parts{.uncertainty = rate * (1 - rate)};
  for (const CalibrationBin& line : table) {
    const double weight = static_cast<double>(line.rows) / rows;
    const double miss = line.mean_pd - line.observed_rate;
    const double apart = line.observed_rate - rate;
    parts.reliability += weight * miss * miss;
    parts.resolution += weight * apart * apart;
  }
  parts.within_lines = brier - (parts.reliability - parts.resolution + parts.uncertainty);
  return parts;
}

TestResult HosmerLemeshow(const std::vector<CalibrationBin>& table) {
  FAIRLINE_CHECK(!table.empty(), "a calibration table has lines");
  double sum = 0;
  for (const CalibrationBin& line : table) {
    const double expected = static_cast<double>(line.rows) * line.mean_pd;
    const double miss = static_cast<double>(line.defaults) - expected;
    const double variance = expected * (1 - line.mean_pd);
    if (variance > 0) {
      sum += miss * miss / variance;
    } else if (miss != 0) {
      sum = std::numeric_limits<double>::infinity();
    }
  }
  return {sum, ChiSquareTail(sum, static_cast<int>(table.size()))};
}

TestResult Spiegelhalter(std::span<const double> pds, std::span<const double> outcomes) {
  FAIRLINE_CHECK(pds.size() == outcomes.size(), "one outcome per PD");
  double excess = 0, variance = 0;
  for (size_t i = 0; i < pds.size(); ++i) {
    const double weight = 1 - 2 * pds[i];
    excess += (outcomes[i] - pds[i]) * weight;
    variance += weight * weight * pds[i] * (1 - pds[i]);
  }
  const double z = variance > 0 ? excess / std::sqrt(variance) : std::nan("");
  return {z, TwoSidedNormalTail(z)};
}

}  // namespace fairline
