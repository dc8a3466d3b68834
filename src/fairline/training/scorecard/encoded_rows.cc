// Two columns of few bins: their correlation is that of a small table, so the rows are read once.
#include "fairline/training/scorecard/encoded_rows.h"

#include <cmath>

namespace fairline {

WoeColumn EncodeColumn(const EncodedMatrix& matrix, const Characteristic& characteristic) {
  WoeColumn column;
  for (const ScorecardBin& bin : characteristic.bins) column.woe.push_back(bin.woe);
  column.bins.resize(matrix.rows);
  for (size_t row = 0; row < matrix.rows; ++row) {
    const ScorecardBin& bin = BinOf(characteristic, matrix.Row(row)[characteristic.feature]);
    column.bins[row] = static_cast<uint16_t>(&bin - characteristic.bins.data());
  }
  return column;
}

double Correlation(const WoeColumn& a, const WoeColumn& b, std::span<const double> weights) {
  std::vector<double> table(a.woe.size() * b.woe.size());
  for (size_t row = 0; row < a.bins.size(); ++row) {
    table[a.bins[row] * b.woe.size() + b.bins[row]] += weights.empty() ? 1 : weights[row];
  }
  double total = 0, mean_a = 0, mean_b = 0;
  for (size_t i = 0; i < table.size(); ++i) {
    total += table[i];
    mean_a += table[i] * a.woe[i / b.woe.size()];
    mean_b += table[i] * b.woe[i % b.woe.size()];
  }
  mean_a /= total;
  mean_b /= total;
  double variance_a = 0, variance_b = 0, covariance = 0;
  for (size_t i = 0; i < table.size(); ++i) {
    const double from_a = a.woe[i / b.woe.size()] - mean_a;
    const double from_b = b.woe[i % b.woe.size()] - mean_b;
    variance_a += table[i] * from_a * from_a;
    variance_b += table[i] * from_b * from_b;
    covariance += table[i] * from_a * from_b;
  }
  const double scale = std::sqrt(variance_a * variance_b);
  return scale > 0 ? covariance / scale : 0;
}

}  // namespace fairline
