// Parquet and Arrow: columns become raw rows here, one column after another. A text column where
// numbers belong is read as CSV's cells are (data/csv_cell.h).
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/data/arrow_reader.h"
#include "fairline/data/csv_cell.h"
#include "fairline/features/field_check.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// The fault of a row, the first in the signature's order.
struct Fault {
  std::string column, reason;
};
using Faults = std::vector<std::optional<Fault>>;

void NoteFault(const Field& field, std::string reason, std::optional<Fault>& fault) {
  if (!fault) fault = Fault{field.name, std::move(reason)};
}

/// A value of a categorical column, as a number and as a request would give it.
struct Entry {
  double value = kMissing;
  std::optional<std::string> fault;
};

Entry NumberEntry(const Field& field, const std::string& text) {
  const auto number = NumericCell({text, false});
  if (!number) return {kMissing, number.error().message};
  return {*number, NumberFault(field, *number)};
}

Entry CategoryEntry(const Signature& signature, size_t index, const std::string& text) {
  if (text.empty()) return {};
  return {CategoryCodeOf(signature, index, text), CategoryFault(text)};
}

class ApplicantTable : public ApplicantFile {
 public:
  ApplicantTable(ArrowReader reader, const Signature& signature,
                 const ApplicantFileOptions& options)
      : reader_(std::move(reader)), signature_(signature), options_(options) {}

  /// Chooses the columns that are wanted.
  Status Select() {
    const auto positions = FAIRLINE_TRY(FindColumns(reader_.name(), reader_.columns(), signature_));
    std::vector<ArrowColumn> columns;
    for (size_t i = 0; i < positions.size(); ++i) {
      const Field& field = signature_.fields()[i];
      const bool is_id = field.role == FieldRole::kId;
      position_.push_back(-1);
      if (positions[i] < 0 || !(is_id || IsRead(field))) continue;
      position_.back() = static_cast<int>(columns.size());
      if (is_id) id_position_ = position_.back();
      columns.push_back({field.name, is_id});
    }
    first_extra_ = columns.size();
    if (options_.extra) {
      for (auto& name : ExtraNames(reader_.columns(), signature_)) {
        columns.push_back({std::move(name), false});
      }
    }
    return reader_.Select(columns);
  }

  Status Next(size_t max_rows, ApplicantChunk& chunk) override {
    chunk.Clear();
    const Table table = FAIRLINE_TRY(reader_.Next(max_rows));
    const size_t width = signature_.size();
    chunk.raw.assign(table.rows() * width, kMissing);
    Faults faults(table.rows());
    const std::vector<SourceColumn> sources = SourcesOf(table);
    // By blocks of rows that stay in the nearest cache while the columns are gone through.
    constexpr size_t kBlockRows = 16;
    for (size_t first = 0; first < table.rows(); first += kBlockRows) {
      const size_t end = std::min(table.rows(), first + kBlockRows);
      for (const SourceColumn& source : sources) ReadRows(source, first, end, chunk.raw, faults);
    }
    std::vector<size_t> good;
    for (size_t row = 0; row < table.rows(); ++row) {
      std::string id = Id(table, row);
      if (auto fault = ReferenceFault(id)) {
        NoteFault(signature_.fields()[IdField()], *std::move(fault), faults[row]);
      }
      if (faults[row]) {
        chunk.bad.push_back({row_ + row + 1, faults[row]->column, faults[row]->reason});
        continue;
      }
      if (good.size() < row) {  // bad rows before it leave a gap
        std::copy_n(chunk.raw.begin() + static_cast<ptrdiff_t>(row * width), width,
                    chunk.raw.begin() + static_cast<ptrdiff_t>(good.size() * width));
      }
      good.push_back(row);
      chunk.lines.push_back(row_ + row + 1);
      chunk.ids.push_back(std::move(id));
      if (options_.features) chunk.features.push_back(Features(table, row, chunk.ids.back()));
    }
    chunk.raw.resize(good.size() * width);
    if (options_.extra) {
      const auto& columns = table.columns();
      chunk.extra = Table({columns.begin() + static_cast<ptrdiff_t>(first_extra_), columns.end()})
                        .Select(good);
    }
    row_ += table.rows();
    return {};
  }

  Result<std::string> Sha256() const override { return reader_.Sha256(); }

  double share_read() const override {
    const auto rows = reader_.row_count();
    if (!rows || *rows == 0) return kMissing;
    return static_cast<double>(row_) / static_cast<double>(*rows);
  }

  bool has_ids() const override { return id_position_ >= 0; }

  std::string At(const BadRow& row) const override {
    return fmt::format("{}: row {}: {}{}", reader_.name(), row.line,
                       row.column.empty() ? "" : fmt::format("column {}: ", row.column),
                       row.reason);
  }

 private:
  // A column of a chunk and the field it is for.
  struct SourceColumn {
    size_t index;
    const Column* column;
    NumberRange faultless;
    std::vector<Entry> entries;  // by code, of a categorical column
  };

  std::vector<SourceColumn> SourcesOf(const Table& table) const {
    std::vector<SourceColumn> sources;
    for (size_t i = 0; i < signature_.size(); ++i) {
      if (position_[i] < 0 || position_[i] == id_position_) continue;
      const Field& field = signature_.fields()[i];
      const Column& column = table.column(position_[i]);
      SourceColumn& source = sources.emplace_back(i, &column, FaultlessRange(field));
      for (const std::string& text : column.vocabulary) {
        source.entries.push_back(field.type == ColumnType::kNumeric
                                     ? NumberEntry(field, text)
                                     : CategoryEntry(signature_, i, text));
      }
    }
    return sources;
  }

  /// Rows [first, end) of one column.
  void ReadRows(const SourceColumn& source, size_t first, size_t end, std::vector<double>& raw,
                Faults& faults) const {
    const size_t width = signature_.size();
    const Field& field = signature_.fields()[source.index];
    const Column& column = *source.column;
    double* out = raw.data() + source.index;
    if (column.type == ColumnType::kNumeric) {
      const bool plain = field.type == ColumnType::kNumeric;
      const double* numbers = column.numbers.data();
      for (size_t row = first; row < end; ++row) {
        if (plain && source.faultless.Contains(numbers[row])) {
          out[row * width] = numbers[row];
        } else if (!std::isnan(numbers[row])) {
          ReadNumber(source.index, numbers[row], out[row * width], faults[row]);
        }
      }
      return;
    }
    const int32_t* codes = column.codes.data();
    const Entry* entries = source.entries.data();
    for (size_t row = first; row < end; ++row) {
      if (codes[row] == Column::kMissingCode) continue;
      const Entry& entry = entries[codes[row]];
      out[row * width] = entry.value;
      if (entry.fault) NoteFault(field, *entry.fault, faults[row]);
    }
  }

  /// `number` is not NaN.
  void ReadNumber(size_t index, double number, double& raw, std::optional<Fault>& fault) const {
    const Field& field = signature_.fields()[index];
    if (field.type == ColumnType::kCategorical) {
      raw = signature_.CategoryCode(index, number);
      return;
    }
    raw = number;
    if (auto reason = NumberFault(field, number)) NoteFault(field, *std::move(reason), fault);
  }

  size_t IdField() const {
    size_t index = 0;
    while (signature_.fields()[index].role != FieldRole::kId) ++index;
    return index;
  }

  std::string Id(const Table& table, size_t row) const {
    if (id_position_ < 0) return fmt::format("{}", row_ + row + 1);
    const Column& column = table.column(id_position_);
    return column.IsMissing(row) ? "" : column.vocabulary[static_cast<size_t>(column.codes[row])];
  }

  /// The row as a request would give it.
  Json Features(const Table& table, size_t row, const std::string& id) const {
    Json::Object features;
    for (size_t i = 0; i < signature_.size(); ++i) {
      if (position_[i] < 0) continue;
      const Field& field = signature_.fields()[i];
      features.emplace_back(field.name, position_[i] == id_position_
                                            ? (id.empty() ? Json() : Json(id))
                                            : Value(field, table.column(position_[i]), row));
    }
    return Json(std::move(features));
  }

  static Json Value(const Field& field, const Column& column, size_t row) {
    if (column.IsMissing(row)) return {};
    const bool wants_text = field.type == ColumnType::kCategorical;
    if (column.type == ColumnType::kNumeric) {
      return wants_text ? Json(CategoryText(column.numbers[row])) : Json(column.numbers[row]);
    }
    const std::string& text = column.vocabulary[static_cast<size_t>(column.codes[row])];
    if (wants_text) return Json(text);
    const double number = NumericCell({text, false}).value_or(kMissing);
    return std::isnan(number) ? Json() : Json(number);
  }

  ArrowReader reader_;
  const Signature& signature_;
  const ApplicantFileOptions options_;
  std::vector<int> position_;  // of each signature field in a chunk's table, or -1
  int id_position_ = -2;       // in the same; no field's position when there is no id
  size_t first_extra_ = 0;
  uint64_t row_ = 0;  // rows of the chunks before
};

}  // namespace

Result<std::unique_ptr<ApplicantFile>> OpenApplicantTable(const std::string& path,
                                                          const Signature& signature,
                                                          const ApplicantFileOptions& options) {
  auto reader = FAIRLINE_TRY(ArrowReader::Open(path, options.format));
  auto file = std::make_unique<ApplicantTable>(std::move(reader), signature, options);
  FAIRLINE_TRY(file->Select());
  return file;
}

}  // namespace fairline
