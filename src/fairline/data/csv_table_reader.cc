#include "fairline/data/csv_table_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "fairline/core/limits.h"
#include "fairline/data/csv_cell.h"

namespace fairline {

/// A table under construction: columns, and for the categorical ones the code of each text.
class TableBuilder {
 public:
  TableBuilder(const TableSchema& schema, size_t expected_rows) : codes_(schema.size()) {
    for (const ColumnSchema& given : schema) {
      Column& column = columns_.emplace_back(Column{.name = given.name, .type = given.type});
      if (given.type == ColumnType::kNumeric) {
        column.numbers.reserve(expected_rows);
      } else {
        column.codes.reserve(expected_rows);
      }
    }
  }

  const Column& column(size_t index) const { return columns_[index]; }
  void AddNumber(size_t index, double value) { columns_[index].numbers.push_back(value); }

  void AddCategory(size_t index, const CsvField& field) {
    Column& column = columns_[index];
    if (IsMissingCategory(field)) return column.codes.push_back(Column::kMissingCode);
    auto found = codes_[index].find(field.text);
    if (found == codes_[index].end()) {
      const auto code = static_cast<int32_t>(column.vocabulary.size());
      column.vocabulary.emplace_back(field.text);
      found = codes_[index].emplace(field.text, code).first;
    }
    column.codes.push_back(found->second);
  }

  Table Build() && { return Table(std::move(columns_)); }

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Codes = std::unordered_map<std::string, int32_t, TextHash, std::equal_to<>>;

  std::vector<Column> columns_;
  std::vector<Codes> codes_;
};

Result<TableSchema> InferCsvSchema(CsvReader reader) {
  TableSchema schema;
  for (const std::string& name : reader.header()) schema.push_back({name, ColumnType::kNumeric});
  CsvRecord record;
  while (FAIRLINE_TRY(reader.Next(record))) {
    for (size_t i = 0; i < schema.size(); ++i) {
      if (schema[i].type == ColumnType::kNumeric && !NumericCell(record.fields[i])) {
        schema[i].type = ColumnType::kCategorical;
      }
    }
  }
  return schema;
}

CsvTableReader::CsvTableReader(CsvReader reader, std::vector<ColumnSchema> schema,
                               std::vector<size_t> positions)
    : reader_(std::move(reader)), schema_(std::move(schema)), positions_(std::move(positions)) {}

Result<CsvTableReader> CsvTableReader::Create(CsvReader reader, const TableSchema& schema) {
  std::unordered_map<std::string_view, size_t> header;
  for (const std::string& name : reader.header()) header.emplace(name, header.size());
  std::vector<size_t> positions;
  std::vector<std::string> absent;
  for (const ColumnSchema& column : schema) {
    const auto found = header.find(column.name);
    if (found == header.end()) {
      absent.push_back(column.name);
    } else {
      positions.push_back(found->second);
    }
  }
  if (absent.empty()) return CsvTableReader(std::move(reader), schema, std::move(positions));

  Error error{
      .code = ErrorCode::kInvalidArgument,
      .message = fmt::format("{}: has no column {}", reader.name(), fmt::join(absent, ", "))};
  for (std::string& name : absent) error.faults.push_back({std::move(name), "no such column"});
  return std::unexpected(std::move(error));
}

Result<Table> CsvTableReader::Next(size_t max_rows) {
  constexpr size_t kMostReservedRows = 16 * 1024;
  TableBuilder builder(schema_, std::min(max_rows, kMostReservedRows));
  CsvRecord record;
  for (size_t rows = 0; rows < max_rows && FAIRLINE_TRY(reader_.Next(record)); ++rows) {
    FAIRLINE_TRY(AppendRow(record, builder));
  }
  return std::move(builder).Build();
}

Status CsvTableReader::AppendRow(const CsvRecord& record, TableBuilder& builder) const {
  for (size_t i = 0; i < positions_.size(); ++i) {
    const CsvField& field = record.fields[positions_[i]];
    if (schema_[i].type == ColumnType::kCategorical) {
      if (field.text.size() > limits::kCategoryBytes) {
        return reader_.Fault(record, positions_[i],
                             fmt::format("is longer than {} bytes", limits::kCategoryBytes));
      }
      builder.AddCategory(i, field);
      continue;
    }
    const Result<double> value = NumericCell(field);
    if (!value) return reader_.Fault(record, positions_[i], value.error().message);
    builder.AddNumber(i, *value);
  }
  return {};
}

Result<Table> ReadCsvTable(const std::string& path) {
  const TableSchema schema = FAIRLINE_TRY(InferCsvSchema(FAIRLINE_TRY(CsvReader::Open(path))));
  return ReadCsvTable(path, schema);
}

Result<Table> ReadCsvTable(const std::string& path, const TableSchema& schema) {
  CsvTableReader reader =
      FAIRLINE_TRY(CsvTableReader::Create(FAIRLINE_TRY(CsvReader::Open(path)), schema));
  return reader.Next(std::numeric_limits<size_t>::max());
}

}  // namespace fairline
