// Finds where the fields of one CSV record begin and end in a block of memory. It looks at 64 bytes
// at a time and then only at the bytes that mean something (comma, quote, line ends), which is what
// makes reading fast; it copies nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fairline {

struct CsvSpan {
  size_t begin = 0;  // of the text, behind an opening quote
  size_t end = 0;
  bool quoted = false;
  bool escaped = false;  // the text holds doubled quotes
};

enum class CsvScanEnd {
  kRecord,          // a whole record
  kCut,             // the bytes end inside the record: scan again with more of them
  kQuoteInField,    // a quote inside an unquoted field
  kTextAfterQuote,  // text between a closing quote and the next comma
  kCarriageReturn,  // a carriage return without a line feed
  kUnclosedQuote,   // the file ends inside a quoted field
};

/// What was found, as offsets from the beginning of the record.
struct CsvScan {
  CsvScanEnd end = CsvScanEnd::kCut;
  size_t bytes = 0;  // of the record without its line end; where the fault is, if there is one
  size_t next = 0;   // of the record with its line end
  uint64_t line_feeds = 0;  // within `next`
};

class CsvScanner {
 public:
  /// Scans the record that `bytes` begins with. `last` says that the file ends where `bytes` ends.
  CsvScan Scan(std::string_view bytes, bool last);
  /// The fields of the last scan.
  std::span<const CsvSpan> fields() const { return {spans_.data(), count_}; }

 private:
  void Add(const CsvSpan& span) {
    if (count_ == spans_.size()) spans_.resize(2 * count_ + 64);
    spans_[count_++] = span;
  }

  // Only the first count_ are of this scan: a record is as wide as the one before it, so the
  // storage is made once.
  std::vector<CsvSpan> spans_;
  size_t count_ = 0;
};

}  // namespace fairline
