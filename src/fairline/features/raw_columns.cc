// Raw rows of a table: the conversion from columns to the numbers of a RawRow, category by category
// and not row by row where that is the same.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>

#include "fairline/features/signature.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<double> CodesOfNumbers(const Signature& signature, size_t field, const Column& column) {
  std::vector<double> codes(column.numbers.size(), kMissing);
  for (size_t row = 0; row < codes.size(); ++row) {
    const double number = column.numbers[row];
    if (!std::isnan(number)) codes[row] = signature.CategoryCode(field, number);
  }
  return codes;
}

std::vector<double> CodesOfCategories(const Signature& signature, size_t field,
                                      const Column& column) {
  std::vector<double> code_of;
  for (const auto& category : column.vocabulary) {
    code_of.push_back(signature.CategoryCode(field, category));
  }
  std::vector<double> codes(column.codes.size(), kMissing);
  for (size_t row = 0; row < codes.size(); ++row) {
    const int32_t code = column.codes[row];
    if (code != Column::kMissingCode) codes[row] = code_of[code];
  }
  return codes;
}

// A column of text where numbers belong: fine when it is all missing, which is how a reader that
// guesses types may see an empty column.
Result<std::vector<double>> NumbersOfCategories(const Field& field, const Column& column) {
  for (size_t row = 0; row < column.codes.size() && field.is_model_input; ++row) {
    const int32_t code = column.codes[row];
    if (code == Column::kMissingCode) continue;
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: \"{}\" in data row {} is not a number", field.name,
                            column.vocabulary[code], row + 1));
  }
  return std::vector<double>(column.codes.size(), kMissing);
}

Result<std::vector<double>> RawColumn(const Signature& signature, size_t index,
                                      const Column& column) {
  const Field& field = signature.fields()[index];
  if (field.type == ColumnType::kCategorical) {
    return column.type == ColumnType::kCategorical ? CodesOfCategories(signature, index, column)
                                                   : CodesOfNumbers(signature, index, column);
  }
  if (column.type == ColumnType::kNumeric) return column.numbers;
  return NumbersOfCategories(field, column);
}

}  // namespace

Result<RawColumns> RawColumns::FromTable(const Signature& signature, const Table& table) {
  RawColumns raw;
  raw.rows_ = table.rows();
  raw.columns_.resize(signature.size());
  std::vector<std::string> absent;
  for (size_t i = 0; i < signature.size(); ++i) {
    const Field& field = signature.fields()[i];
    const int position = table.Find(field.name);
    if (position >= 0) {
      raw.columns_[i] = FAIRLINE_TRY(RawColumn(signature, i, table.column(position)));
    } else if (field.required) {
      absent.push_back(field.name);
    }
  }
  if (!absent.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the data has no column for {}, which the model requires",
                            fmt::join(absent, ", ")));
  }
  return raw;
}

void RawColumns::Row(size_t row, std::span<double> raw) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    raw[i] = columns_[i].empty() ? kMissing : columns_[i][row];
  }
}

}  // namespace fairline
