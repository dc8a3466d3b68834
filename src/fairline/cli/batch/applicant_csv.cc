// CSV: cells become numbers here; what they mean is told in data/csv_cell.h and
// features/signature.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/core/hash.h"
#include "fairline/data/csv_cell.h"
#include "fairline/data/csv_reader.h"
#include "fairline/features/field_check.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// What has passed through to the reader.
struct ReadProgress {
  Sha256 digest;
  uint64_t bytes = 0;
};

/// Passes bytes on and keeps their digest.
class DigestingSource : public ByteSource {
 public:
  DigestingSource(std::unique_ptr<ByteSource> source, std::shared_ptr<ReadProgress> progress)
      : source_(std::move(source)), progress_(std::move(progress)) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t read = FAIRLINE_TRY(source_->Read(buffer, size));
    progress_->digest.Update({buffer, read});
    progress_->bytes += read;
    return read;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::shared_ptr<ReadProgress> progress_;
};

uint64_t FileBytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

/// A column that is read. Most of its cells are plain numbers without fault, or categories that
/// came before: these take no long way.
class ReadColumn {
 public:
  ReadColumn(size_t index, int position, const Field& field)
      : index_(index),
        position_(static_cast<size_t>(position)),
        is_numeric_(field.type == ColumnType::kNumeric),
        faultless_(FaultlessRange(field)) {}

  size_t index() const { return index_; }        // of the field
  size_t position() const { return position_; }  // in the file

  /// Gives the value of such a cell, which is not empty; else false.
  bool Take(const CsvField& cell, double& value) {
    if (is_numeric_) {
      const auto number = PlainNumber(cell.text);
      if (!number || !faultless_.Contains(*number)) return false;
      value = *number;
      return true;
    }
    const Category& category = CategoryAt(cell.text);
    if (cell.quoted || category.text != cell.text) return false;
    value = category.value;
    return true;
  }
  /// The value of a cell that was not taken.
  void Keep(const CsvField& cell, double value) {
    if (!is_numeric_ && !cell.quoted) CategoryAt(cell.text) = {std::string(cell.text), value};
  }

 private:
  struct Category {
    std::string text;  // empty: none yet
    double value = 0;
  };
  Category& CategoryAt(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const auto last = static_cast<unsigned char>(text.back());
    return categories_[(text.size() + 5 * first + 9 * last) % categories_.size()];
  }

  size_t index_, position_;
  bool is_numeric_;
  NumberRange faultless_;
  std::array<Category, 64> categories_;
};

class ApplicantCsv : public ApplicantFile {
 public:
  ApplicantCsv(CsvReader reader, const Signature& signature, std::vector<int> positions,
               const ApplicantFileOptions& options, std::shared_ptr<ReadProgress> progress,
               uint64_t file_bytes)
      : reader_(std::move(reader)),
        signature_(signature),
        positions_(std::move(positions)),
        options_(options),
        progress_(std::move(progress)),
        file_bytes_(file_bytes) {
    for (size_t i = 0; i < signature.size(); ++i) {
      const Field& field = signature.fields()[i];
      if (field.role == FieldRole::kId) id_position_ = positions_[i];
      if (positions_[i] < 0 || !IsRead(field)) continue;
      columns_.emplace_back(i, positions_[i], field);
    }
    for (size_t i = 0; options.extra && i < reader_.header().size(); ++i) {
      if (signature.Find(reader_.header()[i]) < 0) extra_positions_.push_back(i);
    }
  }

  Status Next(size_t max_rows, ApplicantChunk& chunk) override {
    chunk.Clear();
    // Once: growing by doubling would take twice the memory.
    chunk.raw.reserve(max_rows * signature_.size());
    std::vector<Column> extra;
    for (const size_t position : extra_positions_) {
      extra.push_back({.name = reader_.header()[position], .type = ColumnType::kCategorical});
    }
    for (size_t read = 0; read < max_rows; ++read) {
      const auto next = reader_.Next(record_);
      if (next && !*next) break;
      ++row_;
      const Status added = next ? AddRow(chunk) : std::unexpected(next.error());
      if (added) {
        AddExtra(extra);
      } else if (added.error().code == ErrorCode::kInvalidArgument) {
        const FieldFault& fault = added.error().faults.front();
        chunk.bad.push_back({record_.line, fault.field, fault.message});
      } else {
        return added;
      }
    }
    chunk.extra = Table(std::move(extra));
    return {};
  }

  Result<std::string> Sha256() const override { return progress_->digest.Hex(); }

  double share_read() const override {
    if (file_bytes_ == 0) return kMissing;
    return static_cast<double>(progress_->bytes) / static_cast<double>(file_bytes_);
  }

  bool has_ids() const override { return id_position_ >= 0; }

  std::string At(const BadRow& row) const override {
    return fmt::format("{}:{}: {}{}", reader_.name(), row.line,
                       row.column.empty() ? "" : fmt::format("column {}: ", row.column),
                       row.reason);
  }

 private:
  Status AddRow(ApplicantChunk& chunk) {
    const size_t begin = chunk.raw.size();
    std::string id =
        id_position_ < 0 ? fmt::format("{}", row_) : std::string(record_.fields[id_position_].text);
    if (auto fault = ReferenceFault(id)) {
      return reader_.Fault(record_, id_position_, *std::move(fault));
    }
    chunk.raw.resize(begin + signature_.size(), kMissing);
    for (ReadColumn& column : columns_) {
      const CsvField& cell = record_.fields[column.position()];
      if (cell.text.empty()) continue;
      double& raw = chunk.raw[begin + column.index()];
      if (column.Take(cell, raw)) continue;
      const auto value = Value(column.index(), cell);
      if (!value) {
        chunk.raw.resize(begin);
        return reader_.Fault(record_, column.position(), value.error().message);
      }
      raw = *value;
      column.Keep(cell, raw);
    }
    chunk.lines.push_back(record_.line);
    chunk.ids.push_back(std::move(id));
    if (options_.features) chunk.features.push_back(Features(chunk.raw.data() + begin));
    return {};
  }

  Result<double> Value(size_t index, const CsvField& cell) const {
    const Field& field = signature_.fields()[index];
    if (field.type == ColumnType::kCategorical) {
      if (auto fault = CategoryFault(cell.text)) {
        return Fail(ErrorCode::kInvalidArgument, *std::move(fault));
      }
      return IsMissingCategory(cell) ? kMissing : CategoryCodeOf(signature_, index, cell.text);
    }
    const double number = FAIRLINE_TRY(NumericCell(cell));
    if (auto fault = NumberFault(field, number)) {
      return Fail(ErrorCode::kInvalidArgument, *std::move(fault));
    }
    return number;
  }

  /// The row as a request would give it.
  Json Features(const double* raw) const {
    Json::Object features;
    for (size_t i = 0; i < signature_.size(); ++i) {
      const Field& field = signature_.fields()[i];
      if (positions_[i] < 0 || field.role == FieldRole::kIgnored) continue;
      const CsvField& cell = record_.fields[positions_[i]];
      Json value;
      if (field.role == FieldRole::kId) {
        if (!cell.text.empty()) value = cell.text;
      } else if (std::isnan(raw[i])) {
        value = Json();
      } else if (field.type == ColumnType::kNumeric) {
        value = raw[i];
      } else if (raw[i] == kUnseenCategory) {
        value = cell.text;
      } else {
        value = field.vocabulary[static_cast<size_t>(raw[i])];
      }
      features.emplace_back(field.name, std::move(value));
    }
    return Json(std::move(features));
  }

  /// One vocabulary entry a cell: the column is only passed on.
  void AddExtra(std::vector<Column>& extra) const {
    for (size_t i = 0; i < extra.size(); ++i) {
      const CsvField& cell = record_.fields[extra_positions_[i]];
      Column& column = extra[i];
      const bool missing = IsMissingCategory(cell);
      column.codes.push_back(missing ? Column::kMissingCode
                                     : static_cast<int32_t>(column.vocabulary.size()));
      if (!missing) column.vocabulary.emplace_back(cell.text);
    }
  }

  CsvReader reader_;
  const Signature& signature_;
  const std::vector<int> positions_;  // of each signature field in the file, or -1
  const ApplicantFileOptions options_;
  std::vector<ReadColumn> columns_;
  std::vector<size_t> extra_positions_;
  int id_position_ = -1;
  CsvRecord record_;
  uint64_t row_ = 0;
  std::shared_ptr<ReadProgress> progress_;
  uint64_t file_bytes_;  // 0: not known
};

}  // namespace

Result<std::unique_ptr<ApplicantFile>> OpenApplicantCsv(const std::string& path,
                                                        const Signature& signature,
                                                        const ApplicantFileOptions& options) {
  auto progress = std::make_shared<ReadProgress>();
  auto source = FAIRLINE_TRY(OpenByteSource(path));
  auto reader =
      FAIRLINE_TRY(CsvReader::Open(std::make_unique<DigestingSource>(std::move(source), progress),
                                   path == "-" ? "standard input" : path));
  auto positions = FAIRLINE_TRY(FindColumns(reader.name(), reader.header(), signature));
  return std::make_unique<ApplicantCsv>(std::move(reader), signature, std::move(positions), options,
                                        std::move(progress), FileBytes(path));
}

}  // namespace fairline
