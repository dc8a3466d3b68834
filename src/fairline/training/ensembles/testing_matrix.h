// Small tables for the tests of the ensembles.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "fairline/core/random.h"
#include "fairline/training/matrix.h"

namespace fairline::testing {

/// A matrix from its columns, all of one length.
inline EncodedMatrix MatrixOf(const std::vector<std::vector<double>>& columns) {
  EncodedMatrix matrix{.rows = columns.empty() ? 0 : columns[0].size()};
  for (size_t i = 0; i < columns.size(); ++i) matrix.names.push_back("f" + std::to_string(i));
  for (size_t row = 0; row < matrix.rows; ++row) {
    for (const std::vector<double>& column : columns) matrix.values.push_back(column[row]);
  }
  return matrix;
}

/// Smooth columns, one of few values, one with missing values, and outcomes that depend on them.
inline std::pair<EncodedMatrix, std::vector<double>> Applicants(size_t rows, uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<double>> columns(11, std::vector<double>(rows));
  std::vector<double> outcomes(rows);
  for (size_t row = 0; row < rows; ++row) {
    for (std::vector<double>& column : columns) column[row] = random.Normal();
    columns[3][row] = static_cast<double>(random.Below(4));
    if (random.Below(5) == 0) columns[5][row] = NAN;
    const double risk = columns[0][row] + columns[3][row] - 2 * columns[9][row] + random.Normal();
    outcomes[row] = risk > 4;
  }
  return {MatrixOf(columns), outcomes};
}

}  // namespace fairline::testing
