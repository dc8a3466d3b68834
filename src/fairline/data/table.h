// A table in columns: what CSV (later Parquet) is read into and what training works on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fairline {

enum class ColumnType { kNumeric, kCategorical };
std::string_view ColumnTypeName(ColumnType type);  // "numeric", "categorical"

/// One column. Numeric: `numbers`, NaN is missing. Categorical: `codes` into `vocabulary`, in order
/// of first appearance; kMissingCode is missing.
struct Column {
  static constexpr int32_t kMissingCode = -1;

  std::string name;
  ColumnType type = ColumnType::kNumeric;
  std::vector<double> numbers;
  std::vector<int32_t> codes;
  std::vector<std::string> vocabulary;

  size_t size() const { return type == ColumnType::kNumeric ? numbers.size() : codes.size(); }
  bool IsMissing(size_t row) const;
};

class Table {
 public:
  Table() = default;
  /// All columns have the same length; names are unique.
  explicit Table(std::vector<Column> columns);

  size_t rows() const { return rows_; }
  const std::vector<Column>& columns() const { return columns_; }
  /// Position of the column of that name, or -1.
  int Find(std::string_view name) const;
  const Column& column(size_t index) const { return columns_[index]; }
  /// The rows of the given indexes, in that order.
  Table Select(const std::vector<size_t>& rows) const;

 private:
  std::vector<Column> columns_;
  size_t rows_ = 0;
};

}  // namespace fairline
