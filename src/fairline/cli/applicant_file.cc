// Cells become numbers here; what they mean is told in data/csv_cell.h and features/signature.h.
#include "fairline/cli/applicant_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/data/csv_cell.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Passes bytes on and keeps their digest.
class DigestingSource : public ByteSource {
 public:
  DigestingSource(std::unique_ptr<ByteSource> source,
                  std::shared_ptr<ApplicantFile::ReadProgress> progress)
      : source_(std::move(source)), progress_(std::move(progress)) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t read = FAIRLINE_TRY(source_->Read(buffer, size));
    progress_->digest.Update({buffer, read});
    progress_->bytes += read;
    return read;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::shared_ptr<ApplicantFile::ReadProgress> progress_;
};

Result<std::vector<int>> FindColumns(const CsvReader& reader, const Signature& signature) {
  std::vector<int> columns;
  std::vector<std::string> absent;
  for (const Field& field : signature.fields()) {
    const auto found = std::ranges::find(reader.header(), field.name);
    const bool present = found != reader.header().end();
    columns.push_back(present ? static_cast<int>(found - reader.header().begin()) : -1);
    if (!present && field.required) absent.push_back(field.name);
  }
  if (!absent.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: there is no column {}, which the model requires", reader.name(),
                            fmt::join(absent, ", ")));
  }
  return columns;
}

Result<double> NumberIn(const Field& field, const CsvField& cell) {
  const double value = FAIRLINE_TRY(NumericCell(cell));
  if (std::isnan(value) ||
      std::ranges::find(field.missing_values, value) != field.missing_values.end()) {
    return value;
  }
  if (field.minimum && value < *field.minimum) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is below the least value allowed, {}", value, *field.minimum));
  }
  if (field.maximum && value > *field.maximum) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is above the greatest value allowed, {}", value, *field.maximum));
  }
  return value;
}

/// A category whose name is a number may be written in another way in the file: 3 or 3.0.
double CodeIn(const Signature& signature, size_t index, const CsvField& cell) {
  if (IsMissingCategory(cell)) return kMissing;
  const double code = signature.CategoryCode(index, cell.text);
  if (code != kUnseenCategory) return code;
  const auto number = NumericCell(cell);
  return number && !std::isnan(*number) ? signature.CategoryCode(index, *number) : code;
}

}  // namespace

ApplicantFile::ApplicantFile(CsvReader reader, const Signature& signature, std::vector<int> columns,
                             std::shared_ptr<ReadProgress> progress)
    : reader_(std::move(reader)),
      signature_(signature),
      columns_(std::move(columns)),
      progress_(std::move(progress)) {
  for (size_t i = 0; i < signature.size(); ++i) {
    if (signature.fields()[i].role == FieldRole::kId) id_column_ = columns_[i];
  }
}

Result<ApplicantFile> ApplicantFile::Open(const std::string& path, const Signature& signature) {
  auto progress = std::make_shared<ReadProgress>();
  auto source = FAIRLINE_TRY(OpenByteSource(path));
  auto reader =
      FAIRLINE_TRY(CsvReader::Open(std::make_unique<DigestingSource>(std::move(source), progress),
                                   path == "-" ? "standard input" : path));
  auto columns = FAIRLINE_TRY(FindColumns(reader, signature));
  return ApplicantFile(std::move(reader), signature, std::move(columns), std::move(progress));
}

Result<double> ApplicantFile::Cell(const CsvRecord& record, size_t index) const {
  const Field& field = signature_.fields()[index];
  const bool wanted = field.role != FieldRole::kId && field.role != FieldRole::kIgnored;
  if (columns_[index] < 0 || !wanted) return kMissing;
  const CsvField& cell = record.fields[static_cast<size_t>(columns_[index])];
  if (field.type == ColumnType::kCategorical) return CodeIn(signature_, index, cell);
  return NumberIn(field, cell);
}

Status ApplicantFile::Next(size_t max_rows, ApplicantChunk& chunk) {
  chunk.ids.clear();
  chunk.raw.clear();
  CsvRecord record;
  while (chunk.rows() < max_rows && FAIRLINE_TRY(reader_.Next(record))) {
    for (size_t i = 0; i < signature_.size(); ++i) {
      auto value = Cell(record, i);
      if (!value) {
        return Fail(ErrorCode::kInvalidArgument,
                    reader_.At(record, static_cast<size_t>(columns_[i]), value.error().message));
      }
      chunk.raw.push_back(*value);
    }
    ++row_;
    chunk.ids.push_back(id_column_ < 0
                            ? fmt::format("{}", row_)
                            : std::string(record.fields[static_cast<size_t>(id_column_)].text));
  }
  return {};
}

}  // namespace fairline
