// Tables into Parquet and Arrow IPC files, by the plug-in (arrow_plugin.h).
#pragma once

#include <memory>
#include <string>

#include "fairline/core/result.h"
#include "fairline/data/csv_table_reader.h"
#include "fairline/data/file_format.h"
#include "fairline/data/table.h"

namespace fairline {

class ArrowWriter {
 public:
  /// A file that appears by Commit(), whole or not at all (output_file.h). Arrow goes to a pipe as
  /// a stream. kUnsupported when the plug-in is not installed.
  static Result<ArrowWriter> Create(const std::string& path, FileFormat format,
                                    const TableSchema& columns);
  ArrowWriter(ArrowWriter&&) noexcept;
  ArrowWriter& operator=(ArrowWriter&&) noexcept;
  ~ArrowWriter();

  /// Rows with the columns of the schema, by position.
  Status Append(const Table& rows);
  /// Completes the file, still under its temporary name, and gives the SHA-256 of its bytes.
  Result<std::string> Finish();
  /// Makes the file appear; finishes it if need be.
  Status Commit();

 private:
  struct State;
  explicit ArrowWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fairline
