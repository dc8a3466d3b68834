// The training rows as a scorecard sees them: for each characteristic the bin of every row, in two
// bytes, and the weight of evidence of each bin.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/scorecard.h"
#include "fairline/training/matrix.h"

namespace fairline {

struct WoeColumn {
  std::vector<uint16_t> bins;  // by row
  std::vector<double> woe;     // by bin

  double operator[](size_t row) const { return woe[bins[row]]; }
};

WoeColumn EncodeColumn(const EncodedMatrix& matrix, const Characteristic& characteristic);

/// Pearson's correlation of two columns, rows by their weights (empty: all alike); 0 for a
/// constant.
double Correlation(const WoeColumn& a, const WoeColumn& b, std::span<const double> weights);

}  // namespace fairline
