#include "fairline/data/table.h"

#include <cmath>
#include <unordered_set>
#include <utility>

#include "fairline/core/check.h"

namespace fairline {

std::string_view ColumnTypeName(ColumnType type) {
  return type == ColumnType::kNumeric ? "numeric" : "categorical";
}

bool Column::IsMissing(size_t row) const {
  return type == ColumnType::kNumeric ? std::isnan(numbers[row]) : codes[row] == kMissingCode;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  if (columns_.empty()) return;
  rows_ = columns_.front().size();
  std::unordered_set<std::string_view> names;
  for (const Column& column : columns_) {
    FAIRLINE_CHECK(column.size() == rows_, "the columns of a table have the same length");
    FAIRLINE_CHECK(names.insert(column.name).second, "the columns of a table have unique names");
  }
}

int Table::Find(std::string_view name) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Table Table::Select(const std::vector<size_t>& rows) const {
  std::vector<Column> selected;
  selected.reserve(columns_.size());
  for (const Column& column : columns_) {
    // The vocabulary stays whole, so that codes mean the same in every selection.
    Column part{.name = column.name, .type = column.type, .vocabulary = column.vocabulary};
    for (const size_t row : rows) {
      FAIRLINE_CHECK(row < rows_, "a selected row is a row of the table");
      if (column.type == ColumnType::kNumeric) {
        part.numbers.push_back(column.numbers[row]);
      } else {
        part.codes.push_back(column.codes[row]);
      }
    }
    selected.push_back(std::move(part));
  }
  return Table(std::move(selected));
}

}  // namespace fairline
