// Records of an RFC 4180 CSV file, one at a time, in memory that does not grow with the file.
// Our own because a refused record must be named by line and byte offset, and reading must go on
// after it. The rules:
//   - Comma, UTF-8 with or without a byte order mark, lines ended by LF or CRLF, the last one
//   perhaps
//     by nothing. The first record is the header: names, each once.
//   - A field may be quoted; inside it commas and line ends are text and "" is one quote.
//   - An empty line is skipped (an empty cell of a one-column file is written "").
//   - A bad record: fewer or more fields than the header, a quote inside an unquoted field, text
//     after a closing quote, a quote never closed, a NUL byte, bytes that are not UTF-8, a carriage
//     return that ends no line, more than limits::kCsvLineBytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/byte_source.h"
#include "fairline/data/csv_scanner.h"

namespace fairline {

struct CsvField {
  std::string_view text;
  bool quoted = false;
};

/// One record. The views hold until the next call of Next().
struct CsvRecord {
  uint64_t line = 0;         // of its first byte; the file's first line is 1
  uint64_t byte_offset = 0;  // of its first byte in the file
  std::string_view bytes;    // as they stand in the file, without the line end
  std::vector<CsvField> fields;
};

class CsvReader {
 public:
  static constexpr size_t kBlockBytes = 256 * 1024;

  /// Opens a file ("-": standard input) and reads its header.
  static Result<CsvReader> Open(const std::string& path);
  /// The same for any bytes; `name` stands for the file in messages. `block_bytes` (> 0) is how
  /// much is read at a time.
  static Result<CsvReader> Open(std::unique_ptr<ByteSource> source, std::string name,
                                size_t block_bytes = kBlockBytes);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& header() const { return header_; }

  /// The next record, or false at the end. An error of code kInvalidArgument is about this record
  /// only: its line and offset (and its bytes, where the end of it could be found) are in `record`,
  /// its one FieldFault names the column (empty: the record as a whole), and the next call goes on
  /// behind it. Any other code means the file cannot be read on.
  Result<bool> Next(CsvRecord& record);

  /// An error about a cell: "applicants.csv:17: column AMT_CREDIT: <message>", and the same as a
  /// FieldFault.
  std::unexpected<Error> Fault(const CsvRecord& record, size_t field, std::string message) const;

 private:
  CsvReader(std::unique_ptr<ByteSource> source, std::string name, size_t block_bytes);

  Status ReadHeader();
  Status CheckHeader(const CsvRecord& record);
  Status Fill();
  Result<bool> ReadRecord(CsvRecord& record);
  Status Refuse(const CsvScan& scan, CsvRecord& record);
  Status SkipLine(size_t from, CsvRecord& record);
  std::unexpected<Error> FaultOf(uint64_t line, std::string message) const;
  Status CheckFields(const CsvRecord& record) const;
  void Unescape(CsvRecord& record);
  void Advance(size_t bytes);

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::vector<std::string> header_;
  std::vector<char> buffer_;
  size_t begin_ = 0;  // of the bytes not yet given out
  size_t end_ = 0;    // of the bytes read
  bool at_end_ = false;
  uint64_t line_ = 1;
  uint64_t offset_ = 0;
  CsvScanner scanner_;
  std::string unescaped_;
};

}  // namespace fairline
