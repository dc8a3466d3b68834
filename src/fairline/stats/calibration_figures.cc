// Sums run in row order, so that a figure is the same on every machine.
#include "fairline/stats/calibration_figures.h"

#include <cmath>

#include "fairline/core/check.h"
#include "fairline/core/math.h"
#include "fairline/stats/discrimination.h"

namespace fairline {

double BrierScore(std::span<const double> probabilities, std::span<const double> outcomes) {
  FAIRLINE_CHECK(probabilities.size() == outcomes.size(), "one outcome per probability");
  double sum = 0;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const double error = probabilities[i] - outcomes[i];
    sum += error * error;
  }
  return sum / static_cast<double>(outcomes.size());
}

double LogLoss(std::span<const double> probabilities, std::span<const double> outcomes) {
  FAIRLINE_CHECK(probabilities.size() == outcomes.size(), "one outcome per probability");
  double sum = 0;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    sum -= Log(outcomes[i] == 1 ? probabilities[i] : 1 - probabilities[i]);
  }
  return sum / static_cast<double>(outcomes.size());
}

std::vector<CalibrationBin> CalibrationTable(std::span<const double> pds,
                                             std::span<const double> outcomes, size_t bins) {
  FAIRLINE_CHECK(pds.size() == outcomes.size(), "one outcome per PD");
  FAIRLINE_CHECK(bins > 0, "at least one bin");
  const std::vector<size_t> order = OrderByScore(pds);
  const size_t n = order.size();
  std::vector<CalibrationBin> table;
  size_t begin = 0;
  for (size_t bin = 1; bin <= bins; ++bin) {
    size_t end = n * bin / bins;
    while (end > begin && end < n && pds[order[end]] == pds[order[end - 1]]) ++end;
    if (end <= begin) continue;
    CalibrationBin line{.lowest = pds[order[begin]], .highest = pds[order[end - 1]]};
    line.rows = end - begin;
    double sum = 0;
    for (size_t i = begin; i < end; ++i) {
      sum += pds[order[i]];
      line.defaults += outcomes[order[i]] == 1;
    }
    line.mean_pd = sum / static_cast<double>(line.rows);
    line.observed_rate = static_cast<double>(line.defaults) / static_cast<double>(line.rows);
    table.push_back(line);
    begin = end;
  }
  return table;
}

double CalibrationError(const std::vector<CalibrationBin>& table) {
  double sum = 0, rows = 0;
  for (const CalibrationBin& line : table) {
    const double weight = static_cast<double>(line.rows);
    sum += weight * std::abs(line.observed_rate - line.mean_pd);
    rows += weight;
  }
  return sum / rows;
}

}  // namespace fairline
