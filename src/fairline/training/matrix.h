// What a model learns from: the encoded rows and the outcome of each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/features/plan.h"

namespace fairline {

/// Model inputs of a table: row-major float64, NaN missing.
struct EncodedMatrix {
  size_t rows = 0;
  std::vector<std::string> names;   // columns, as LightGBM writes them
  std::vector<size_t> categorical;  // columns that LightGBM splits as sets
  std::vector<int> monotone;        // per column 1, -1 or 0 (free); empty: all are free
  std::vector<double> values;

  size_t columns() const { return names.size(); }
  std::span<const double> Row(size_t row) const {
    return {values.data() + row * columns(), columns()};
  }
};

/// Rows with their outcomes, one per row.
struct LabelledRows {
  EncodedMatrix matrix;
  std::vector<double> outcomes;
};

/// The rows of all folds but one, in their order. `folds`: of each row.
LabelledRows RowsBut(const EncodedMatrix& matrix, std::span<const double> outcomes,
                     std::span<const int> folds, int fold);

/// Runs the plan over every row of the table.
Result<EncodedMatrix> Encode(const FeaturePlan& plan, const Table& table);

/// The 0/1 outcomes in that column. An error names the row (from 1) of the first value that is
/// neither, and a column that is absent or holds one outcome only.
Result<std::vector<double>> OutcomesOf(const Table& table, std::string_view column);

}  // namespace fairline
