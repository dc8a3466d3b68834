// Tables and rows as CSV that csv_reader.h (and pandas, and R) reads back unchanged: LF line ends,
// quotes only where they are needed, numbers in the shortest form that gives the same double,
// missing values as empty cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/output_file.h"
#include "fairline/data/table.h"

namespace fairline {

class CsvWriter {
 public:
  /// A file that appears at `path` by Commit(), whole or not at all (see output_file.h).
  static Result<CsvWriter> Create(const std::string& path, const std::vector<std::string>& header);

  /// Cells of the row under construction; EndRow() ends it. A row has as many cells as the header.
  void Add(std::string_view text);
  void Add(double number);  // NaN is missing
  void AddMissing();
  Status EndRow();

  /// All rows of a table with as many columns as the header, by position.
  Status Append(const Table& table);

  /// Completes the file, still under its temporary name, and gives the SHA-256 of its bytes.
  Result<std::string> Finish();
  /// Makes the file appear; finishes it if need be.
  Status Commit();

 private:
  CsvWriter(OutputFile file, size_t columns) : file_(std::move(file)), columns_(columns) {}
  void Separate();
  Status NextRow();

  OutputFile file_;
  size_t columns_;
  size_t cells_ = 0;      // of the row under construction
  size_t row_begin_ = 0;  // where it begins in the buffer
  std::string buffer_;
  bool finished_ = false;
};

/// A whole table as text (for tests and digests).
std::string CsvText(const Table& table);

}  // namespace fairline
