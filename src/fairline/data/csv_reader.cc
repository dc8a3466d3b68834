#include "fairline/data/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "fairline/core/limits.h"
#include "fairline/core/utf8.h"

namespace fairline {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kMagicBytes = 7;  // of a file, that tell what it is

/// What a file is that is not CSV but is often taken for it, or nothing.
std::string_view ForeignFormat(std::string_view bytes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kFormats = {{
      {"\xff\xfe", "UTF-16 text: save it as UTF-8"},
      {"\xfe\xff", "UTF-16 text: save it as UTF-8"},
      {"\x1f\x8b", "compressed by gzip: unpack it first"},
      {"\x28\xb5\x2f\xfd", "compressed by zstd: unpack it first"},
      {"PK\x03\x04", "a zip archive or an Excel workbook: save the sheet as CSV"},
      // A column may well be called PAR1; a page or the footer begins with a control character.
      {"PAR1\x15", "a Parquet file: name it .parquet, or give --format parquet"},
      {{"ARROW1\0", 7}, "an Arrow file: name it .arrow, or give --format arrow"},
  }};
  for (const auto& [magic, format] : kFormats) {
    if (bytes.starts_with(magic)) return format;
  }
  return {};
}

std::string_view FaultMessage(CsvScanEnd end) {
  switch (end) {
    case CsvScanEnd::kQuoteInField:
      return "a quote inside an unquoted field; quote the whole field and double the quotes in it";
    case CsvScanEnd::kTextAfterQuote:
      return "text after the closing quote; double the quotes inside a quoted field";
    case CsvScanEnd::kCarriageReturn:
      return "a carriage return without a line feed; end lines with LF or CRLF";
    default:
      return "the quoted field is never closed";
  }
}

}  // namespace

CsvReader::CsvReader(std::unique_ptr<ByteSource> source, std::string name, size_t block_bytes)
    : source_(std::move(source)),
      name_(std::move(name)),
      buffer_(std::max<size_t>(block_bytes, 1)) {}

Result<CsvReader> CsvReader::Open(const std::string& path) {
  return Open(FAIRLINE_TRY(OpenByteSource(path)), path == "-" ? "standard input" : path);
}

Result<CsvReader> CsvReader::Open(std::unique_ptr<ByteSource> source, std::string name,
                                  size_t block_bytes) {
  CsvReader reader(std::move(source), std::move(name), block_bytes);
  FAIRLINE_TRY(reader.ReadHeader());
  return reader;
}

Status CsvReader::ReadHeader() {
  while (end_ < kMagicBytes && !at_end_) FAIRLINE_TRY(Fill());
  const std::string_view start(buffer_.data(), end_);
  if (const std::string_view format = ForeignFormat(start); !format.empty()) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: is {}", name_, format));
  }
  if (start.starts_with(kByteOrderMark)) Advance(kByteOrderMark.size());
  CsvRecord record;
  if (!FAIRLINE_TRY(ReadRecord(record))) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: is empty; its first line must name the columns", name_));
  }
  return CheckHeader(record);
}

Status CsvReader::CheckHeader(const CsvRecord& record) {
  const auto fail = [&](const std::string& message) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", name_, record.line, message));
  };
  if (record.bytes.find('\0') != std::string_view::npos || !IsUtf8(record.bytes)) {
    return fail("the header is not UTF-8 text");
  }
  if (record.fields.size() > limits::kColumns) {
    return fail(fmt::format("the header has {} columns, at most {} are read", record.fields.size(),
                            limits::kColumns));
  }
  if (record.fields.size() == 1 && record.bytes.find_first_of(";\t|") != std::string_view::npos) {
    return fail("the columns are not separated by commas; save the file comma-separated");
  }
  std::unordered_set<std::string_view> names;
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const std::string_view name = record.fields[i].text;
    if (name.empty()) {
      return fail(
          fmt::format("column {} has no name (pandas writes its row labels so: "
                      "to_csv(..., index=False) leaves them out)",
                      i + 1));
    }
    if (!names.insert(name).second) return fail(fmt::format("two columns are named {}", name));
    header_.emplace_back(name);
  }
  return {};
}

Result<bool> CsvReader::Next(CsvRecord& record) {
  if (!FAIRLINE_TRY(ReadRecord(record))) return false;
  FAIRLINE_TRY(CheckFields(record));
  return true;
}

Result<bool> CsvReader::ReadRecord(CsvRecord& record) {
  record.bytes = {};
  for (;;) {
    const std::string_view bytes(buffer_.data() + begin_, end_ - begin_);
    record.line = line_;
    record.byte_offset = offset_;
    if (bytes.empty() && at_end_) return false;
    CsvScan scan;
    if (!bytes.empty()) scan = scanner_.Scan(bytes, at_end_);
    const size_t scanned = scan.end == CsvScanEnd::kRecord ? scan.bytes : bytes.size();
    if (scan.end == CsvScanEnd::kCut && scanned <= limits::kCsvLineBytes) {
      FAIRLINE_TRY(Fill());
      continue;
    }
    if (scan.end != CsvScanEnd::kRecord || scanned > limits::kCsvLineBytes) {
      return std::unexpected(Refuse(scan, record).error());
    }
    Advance(scan.next);
    line_ += scan.line_feeds;
    if (scan.bytes == 0) continue;
    record.bytes = bytes.substr(0, scan.bytes);
    Unescape(record);
    return true;
  }
}

Status CsvReader::Refuse(const CsvScan& scan, CsvRecord& record) {
  record.fields.clear();
  const bool too_long = scan.end == CsvScanEnd::kCut || scan.end == CsvScanEnd::kRecord;
  const auto fault =
      too_long
          ? FaultOf(line_, fmt::format("the record is longer than {} MiB; is a quote not closed?",
                                       limits::kCsvLineBytes >> 20))
          : Fault(record, scanner_.fields().size(), std::string(FaultMessage(scan.end)));
  // One wrong quote must not swallow the rest of the file: reading goes on behind the line of the
  // fault, or behind the record's first line where it is not known which quote is wrong.
  FAIRLINE_TRY(SkipLine(scan.end == CsvScanEnd::kRecord ? 0 : scan.bytes, record));
  return fault;
}

Status CsvReader::SkipLine(size_t from, CsvRecord& record) {
  for (bool whole = true;;) {
    const std::string_view bytes(buffer_.data() + begin_, end_ - begin_);
    size_t length = bytes.find('\n', from);
    if (length != std::string_view::npos || at_end_) {
      length = std::min(length, bytes.size());
      const std::string_view line = bytes.substr(0, std::min(length + 1, bytes.size()));
      line_ += static_cast<uint64_t>(std::ranges::count(line, '\n'));
      Advance(line.size());
      if (whole) record.bytes = bytes.substr(0, length);
      if (record.bytes.ends_with('\r')) record.bytes.remove_suffix(1);
      return {};
    }
    from = bytes.size();
    if (bytes.size() > limits::kCsvLineBytes) {
      line_ += static_cast<uint64_t>(std::ranges::count(bytes, '\n'));
      Advance(bytes.size());
      whole = false;
      from = 0;
    }
    FAIRLINE_TRY(Fill());
  }
}

Status CsvReader::CheckFields(const CsvRecord& record) const {
  if (record.fields.size() != header_.size()) {
    return FaultOf(record.line, fmt::format("has {} fields, the header names {} columns",
                                            record.fields.size(), header_.size()));
  }
  const bool has_nul = std::memchr(record.bytes.data(), '\0', record.bytes.size()) != nullptr;
  if (!has_nul && IsUtf8(record.bytes)) return {};
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const std::string_view text = record.fields[i].text;
    if (text.find('\0') != std::string_view::npos) {
      return Fault(record, i, "holds a NUL byte");
    }
    if (!IsUtf8(text)) {
      return Fault(record, i, "is not UTF-8 text");
    }
  }
  return {};
}

void CsvReader::Unescape(CsvRecord& record) {
  // Reserved whole, so that the views into it stay where they are.
  unescaped_.clear();
  unescaped_.reserve(record.bytes.size());
  const std::span<const CsvSpan> spans = scanner_.fields();
  record.fields.resize(spans.size());
  for (size_t field = 0; field < spans.size(); ++field) {
    const CsvSpan& span = spans[field];
    std::string_view text = record.bytes.substr(span.begin, span.end - span.begin);
    if (span.escaped) {
      const size_t start = unescaped_.size();
      for (size_t i = 0; i < text.size(); ++i) {
        unescaped_ += text[i];
        if (text[i] == '"') ++i;
      }
      text = std::string_view(unescaped_).substr(start);
    }
    record.fields[field] = {text, span.quoted};
  }
}

std::unexpected<Error> CsvReader::Fault(const CsvRecord& record, size_t field,
                                        std::string message) const {
  std::string column = field < header_.size() ? header_[field] : fmt::format("{}", field + 1);
  Error error{ErrorCode::kInvalidArgument,
              fmt::format("{}:{}: column {}: {}", name_, record.line, column, message),
              {},
              {}};
  error.faults.push_back({std::move(column), std::move(message)});
  return std::unexpected(std::move(error));
}

std::unexpected<Error> CsvReader::FaultOf(uint64_t line, std::string message) const {
  Error error{ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", name_, line, message), {}, {}};
  error.faults.push_back({"", std::move(message)});
  return std::unexpected(std::move(error));
}

Status CsvReader::Fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  while (end_ < buffer_.size() && !at_end_) {
    const size_t count = FAIRLINE_TRY(source_->Read(buffer_.data() + end_, buffer_.size() - end_));
    end_ += count;
    at_end_ = count == 0;
  }
  return {};
}

void CsvReader::Advance(size_t bytes) {
  begin_ += bytes;
  offset_ += bytes;
}

}  // namespace fairline
