// The encoded matrix is made once; folds copy rows out of it.
#include "fairline/training/matrix.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/models/lightgbm_text.h"

namespace fairline {
namespace {

std::string ShownValue(const Column& column, size_t row) {
  if (column.IsMissing(row)) return "missing";
  if (column.type == ColumnType::kNumeric) return fmt::format("{}", column.numbers[row]);
  return fmt::format("\"{}\"", column.vocabulary[static_cast<size_t>(column.codes[row])]);
}

}  // namespace

LabelledRows RowsBut(const EncodedMatrix& matrix, std::span<const double> outcomes,
                     std::span<const int> folds, int fold) {
  LabelledRows kept{.matrix = {.names = matrix.names,
                               .categorical = matrix.categorical,
                               .monotone = matrix.monotone}};
  for (size_t row = 0; row < matrix.rows; ++row) {
    if (folds[row] == fold) continue;
    const auto values = matrix.Row(row);
    kept.matrix.values.insert(kept.matrix.values.end(), values.begin(), values.end());
    kept.outcomes.push_back(outcomes[row]);
  }
  kept.matrix.rows = kept.outcomes.size();
  return kept;
}

Result<EncodedMatrix> Encode(const FeaturePlan& plan, const Table& table) {
  const RawColumns raw_columns = FAIRLINE_TRY(RawColumns::FromTable(plan.signature(), table));
  EncodedMatrix matrix{.rows = table.rows()};
  for (const Feature& feature : plan.features()) {
    if (feature.categorical) matrix.categorical.push_back(matrix.names.size());
    matrix.names.push_back(LightGbmFeatureName(feature.name));
  }
  matrix.values.resize(matrix.rows * matrix.columns());
  RawRow raw(plan.signature().size());
  for (size_t row = 0; row < matrix.rows; ++row) {
    raw_columns.Row(row, raw);
    plan.Apply(raw, {matrix.values.data() + row * matrix.columns(), matrix.columns()});
  }
  return matrix;
}

Result<std::vector<double>> OutcomesOf(const Table& table, std::string_view name) {
  const int index = table.Find(name);
  if (index < 0) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the data has no column {}, which should hold the outcomes", name));
  }
  const Column& column = table.column(static_cast<size_t>(index));
  for (size_t row = 0; row < column.size(); ++row) {
    const bool is_number = column.type == ColumnType::kNumeric;
    if (is_number && (column.numbers[row] == 0 || column.numbers[row] == 1)) continue;
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} must be 1 (default) or 0 in every row; in row {} it is {}", name,
                            row + 1, ShownValue(column, row)));
  }
  if (std::ranges::count(column.numbers, 1.0) == 0 ||
      std::ranges::count(column.numbers, 0.0) == 0) {
    return Fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{} holds the same outcome in every row: both 0 and 1 are needed", name));
  }
  return column.numbers;
}

}  // namespace fairline
