// Tables in and out of files of any format (file_format.h).
#pragma once

#include <memory>
#include <string>

#include "fairline/core/result.h"
#include "fairline/data/csv_table_reader.h"
#include "fairline/data/file_format.h"
#include "fairline/data/table.h"

namespace fairline {

/// A whole file. CSV: with inferred types (two passes, so not from a pipe). kTooLarge above
/// limits::kTableCells; an infinite number is an error that names row and column.
Result<Table> ReadTable(const std::string& path, FileFormat format);

/// Writes a file that appears by Commit(), whole or not at all (output_file.h).
class TableWriter {
 public:
  /// `columns`: names and types. CSV: see csv_writer.h. Parquet and Arrow: numbers as double, or as
  /// int64 where the column says `whole`; categories as text; missing as null.
  static Result<TableWriter> Create(const std::string& path, FileFormat format,
                                    const TableSchema& columns);
  TableWriter(TableWriter&&) noexcept;
  TableWriter& operator=(TableWriter&&) noexcept;
  ~TableWriter();

  /// Rows with the columns of the schema, by position.
  Status Append(const Table& rows);
  /// Completes the file, still under its temporary name, and gives the SHA-256 of its bytes.
  Result<std::string> Finish();
  /// Makes the file appear; finishes it if need be.
  Status Commit();

 private:
  struct State;
  explicit TableWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fairline
