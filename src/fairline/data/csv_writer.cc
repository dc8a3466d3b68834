#include "fairline/data/csv_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "fairline/core/check.h"
#include "fairline/data/csv_cell.h"

namespace fairline {
namespace {

constexpr size_t kBufferBytes = 256 * 1024;

/// Control characters are quoted so that no file of ours begins as one of another format does, with
/// its magic bytes or a byte order mark.
bool NeedsQuotes(std::string_view text) {
  const auto means_something = [](unsigned char c) { return c == ',' || c == '"' || c < ' '; };
  return std::ranges::any_of(text, means_something) || text.starts_with("\xef\xbb\xbf") ||
         IsMissingWord(text);
}

void AppendText(std::string& out, std::string_view text) {
  if (!NeedsQuotes(text)) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    out += c;
    if (c == '"') out += c;
  }
  out += '"';
}

void AppendNumber(std::string& out, double number) {
  std::array<char, 32> digits;
  const double size = std::fabs(number);
  if (size < 1e15 && number == std::trunc(number) && !(number == 0 && std::signbit(number))) {
    const auto whole = static_cast<int64_t>(number);
    out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), whole).ptr);
    return;
  }
  // An amount reads as 0.0001, not 1e-04, which std::to_chars would take for being as short.
  const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, format).ptr;
  out.append(digits.data(), end);
}

void AppendCell(std::string& out, const Column& column, size_t row) {
  if (column.IsMissing(row)) return;
  if (column.type == ColumnType::kNumeric) {
    AppendNumber(out, column.numbers[row]);
  } else {
    AppendText(out, column.vocabulary[static_cast<size_t>(column.codes[row])]);
  }
}

/// Ends a row that began at `start` of `out`. A lone empty cell is written "", for an empty line is
/// no record.
void AppendRowEnd(std::string& out, size_t start) {
  if (out.size() == start) out += "\"\"";
  out += '\n';
}

void AppendHeader(std::string& out, const std::vector<std::string>& header) {
  for (const std::string& name : header) {
    if (&name != &header.front()) out += ',';
    AppendText(out, name);
  }
  out += '\n';
}

void AppendRow(std::string& out, const Table& table, size_t row) {
  const size_t start = out.size();
  for (size_t i = 0; i < table.columns().size(); ++i) {
    if (i > 0) out += ',';
    AppendCell(out, table.column(i), row);
  }
  AppendRowEnd(out, start);
}

std::vector<std::string> Names(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name);
  return names;
}

}  // namespace

Result<CsvWriter> CsvWriter::Create(const std::string& path,
                                    const std::vector<std::string>& header) {
  CsvWriter writer(FAIRLINE_TRY(OutputFile::Create(path)), header.size());
  AppendHeader(writer.buffer_, header);
  FAIRLINE_TRY(writer.NextRow());
  return writer;
}

void CsvWriter::Separate() {
  if (cells_++ > 0) buffer_ += ',';
}

void CsvWriter::Add(std::string_view text) {
  Separate();
  AppendText(buffer_, text);
}

void CsvWriter::Add(double number) {
  Separate();
  if (!std::isnan(number)) AppendNumber(buffer_, number);
}

void CsvWriter::AddMissing() { Separate(); }

Status CsvWriter::EndRow() {
  FAIRLINE_CHECK(cells_ == columns_, "a row has as many cells as the header");
  AppendRowEnd(buffer_, row_begin_);
  return NextRow();
}

Status CsvWriter::Append(const Table& table) {
  FAIRLINE_CHECK(table.columns().size() == columns_ && cells_ == 0,
                 "a table has as many columns as the header and begins a row");
  for (size_t row = 0; row < table.rows(); ++row) {
    AppendRow(buffer_, table, row);
    FAIRLINE_TRY(NextRow());
  }
  return {};
}

Status CsvWriter::NextRow() {
  if (buffer_.size() >= kBufferBytes) {
    FAIRLINE_TRY(file_.Write(buffer_));
    buffer_.clear();
  }
  cells_ = 0;
  row_begin_ = buffer_.size();
  return {};
}

Result<std::string> CsvWriter::Finish() {
  FAIRLINE_CHECK(cells_ == 0 && !finished_, "the last row has ended, and nothing follows");
  finished_ = true;
  FAIRLINE_TRY(file_.Write(buffer_));
  buffer_.clear();
  return file_.Finish();
}

Status CsvWriter::Commit() {
  if (!finished_) FAIRLINE_TRY(Finish());
  return file_.Commit();
}

std::string CsvText(const Table& table) {
  std::string text;
  AppendHeader(text, Names(table));
  for (size_t row = 0; row < table.rows(); ++row) AppendRow(text, table, row);
  return text;
}

}  // namespace fairline
