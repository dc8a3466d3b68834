#include "fairline/data/table_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>
#include <vector>

#include "fairline/core/limits.h"
#include "fairline/data/arrow_reader.h"
#include "fairline/data/arrow_writer.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

std::unexpected<Error> TooLarge(const std::string& name, size_t columns) {
  return Fail(ErrorCode::kTooLarge,
              fmt::format("{}: has more than {} rows of {} columns, the limit of a table that is "
                          "read whole ({} values)",
                          name, limits::kTableCells / columns, columns, limits::kTableCells));
}

Status CheckFinite(const std::string& name, const Table& table) {
  for (const Column& column : table.columns()) {
    const auto infinite =
        std::ranges::find_if(column.numbers, [](double x) { return std::isinf(x); });
    if (infinite == column.numbers.end()) continue;
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: row {}: column {}: the number is infinite", name,
                            infinite - column.numbers.begin() + 1, column.name));
  }
  return {};
}

Result<Table> ReadArrowTable(const std::string& path, FileFormat format) {
  ArrowReader reader = FAIRLINE_TRY(ArrowReader::Open(path, format));
  const size_t columns = std::max<size_t>(1, reader.columns().size());
  const size_t most_rows = limits::kTableCells / columns;
  const auto rows = reader.row_count();
  if (rows && static_cast<uint64_t>(*rows) > most_rows) return TooLarge(reader.name(), columns);
  Table table = FAIRLINE_TRY(reader.Next(most_rows + 1));
  if (table.rows() > most_rows) return TooLarge(reader.name(), columns);
  FAIRLINE_TRY(CheckFinite(reader.name(), table));
  return table;
}

using AnyWriter = std::variant<CsvWriter, ArrowWriter>;

Result<AnyWriter> CreateWriter(const std::string& path, FileFormat format,
                               const TableSchema& columns) {
  if (format != FileFormat::kCsv) return FAIRLINE_TRY(ArrowWriter::Create(path, format, columns));
  std::vector<std::string> header;
  for (const ColumnSchema& column : columns) header.push_back(column.name);
  return FAIRLINE_TRY(CsvWriter::Create(path, header));
}

}  // namespace

Result<Table> ReadTable(const std::string& path, FileFormat format) {
  return format == FileFormat::kCsv ? ReadCsvTable(path) : ReadArrowTable(path, format);
}

struct TableWriter::State {
  AnyWriter writer;
};

TableWriter::TableWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TableWriter::TableWriter(TableWriter&&) noexcept = default;
TableWriter& TableWriter::operator=(TableWriter&&) noexcept = default;
TableWriter::~TableWriter() = default;

Result<TableWriter> TableWriter::Create(const std::string& path, FileFormat format,
                                        const TableSchema& columns) {
  return TableWriter(
      std::make_unique<State>(State{FAIRLINE_TRY(CreateWriter(path, format, columns))}));
}

Status TableWriter::Append(const Table& rows) {
  return std::visit([&](auto& writer) { return writer.Append(rows); }, state_->writer);
}

Result<std::string> TableWriter::Finish() {
  return std::visit([](auto& writer) { return writer.Finish(); }, state_->writer);
}

Status TableWriter::Commit() {
  return std::visit([](auto& writer) { return writer.Commit(); }, state_->writer);
}

}  // namespace fairline
