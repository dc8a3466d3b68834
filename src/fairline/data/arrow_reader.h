// Parquet and Arrow IPC files as Tables, in chunks. Arrow itself lives in a plug-in that is opened
// on first use (arrow_plugin.h); this side turns Arrow's columns into ours:
//   numeric      integers of any width, floating point, decimal (as the nearest double), boolean
//                (0 and 1), a column without a type (all missing)
//   categorical  text, dates and times (ISO 8601)
// A dictionary is what its values are. Null is missing, and so are NaN and the empty text. A nested
// column (list, struct, map) or one of bytes or durations is refused by name as soon as it is
// wanted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/file_format.h"
#include "fairline/data/table.h"

namespace fairline {

/// A column to read. `is_id`: numbers become categories too, exactly as they stand (an id of 19
/// digits keeps them all), and each row has an entry of the vocabulary for itself.
struct ArrowColumn {
  std::string name;
  bool is_id = false;
};

class ArrowReader {
 public:
  /// Opens a file, or "-" for standard input (an Arrow stream only). Errors name the file:
  /// kNotFound, kInvalidArgument when it is no file of that format or is damaged, kUnsupported when
  /// the plug-in is not installed.
  static Result<ArrowReader> Open(const std::string& path, FileFormat format);
  ArrowReader(ArrowReader&&) noexcept;
  ArrowReader& operator=(ArrowReader&&) noexcept;
  ~ArrowReader();

  const std::string& name() const;
  /// All columns of the file, in order.
  const std::vector<std::string>& columns() const;
  /// Rows of the whole file, where the format says (Parquet).
  std::optional<int64_t> row_count() const;

  /// Reads these columns only, in this order; to be called before the first Next(). All columns
  /// otherwise. kInvalidArgument names a column that the file does not have, or has twice, or that
  /// is nested.
  Status Select(const std::vector<ArrowColumn>& columns);

  /// The next rows, at most `max_rows`; a table without rows at the end. Each chunk has
  /// vocabularies of its own. An error names file, row group (from 1) and column.
  Result<Table> Next(size_t max_rows);

  /// SHA-256 of the file's bytes; of a pipe: of what was read so far.
  Result<std::string> Sha256() const;

 private:
  struct State;
  explicit ArrowReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fairline
