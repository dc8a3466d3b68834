// CSV files as Tables, whole or in chunks so that a file of any length is read in flat memory. What
// a cell means is told in csv_cell.h.
#pragma once

#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/csv_reader.h"
#include "fairline/data/table.h"

namespace fairline {

struct ColumnSchema {
  std::string name;
  ColumnType type = ColumnType::kNumeric;
  bool whole = false;  // numbers without a fraction: written to Parquet and Arrow as int64
};
using TableSchema = std::vector<ColumnSchema>;

/// The types of all columns of a file, by reading it once: numeric if every cell that is not
/// missing is a finite number (a column without values is numeric too), else categorical. Reads to
/// the end, so the same source must be opened again for the values.
Result<TableSchema> InferCsvSchema(CsvReader reader);

class TableBuilder;

class CsvTableReader {
 public:
  /// Reads the columns of `schema`, in its order; other columns of the file are passed over. A
  /// column the file does not have is an error that names all such columns.
  static Result<CsvTableReader> Create(CsvReader reader, const TableSchema& schema);

  /// The next rows, at most `max_rows`; a table without rows at the end. Each chunk has
  /// vocabularies of its own. The first bad record or cell is an error naming file, line and column
  /// (see CsvReader::Next); rows before it in the same chunk are given up.
  Result<Table> Next(size_t max_rows);

 private:
  CsvTableReader(CsvReader reader, std::vector<ColumnSchema> schema, std::vector<size_t> positions);
  Status AppendRow(const CsvRecord& record, TableBuilder& builder) const;

  CsvReader reader_;
  std::vector<ColumnSchema> schema_;
  std::vector<size_t> positions_;  // of each schema column in the file
};

/// A whole file as a table, with inferred types (two passes over the file, so not from a pipe).
Result<Table> ReadCsvTable(const std::string& path);
/// The same with given types.
Result<Table> ReadCsvTable(const std::string& path, const TableSchema& schema);

}  // namespace fairline
