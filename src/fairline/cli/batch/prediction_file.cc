#include "fairline/cli/batch/prediction_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

TableSchema SchemaOf(const PredictionColumns& columns) {
  TableSchema schema = {{"application_id", ColumnType::kCategorical},
                        {"probability"},
                        {"decision", ColumnType::kNumeric, true},
                        {"decision_label", ColumnType::kCategorical}};
  if (columns.record) {
    schema.push_back({"decision_id", ColumnType::kCategorical});
    schema.push_back({"outcome", ColumnType::kCategorical});
  }
  for (size_t i = 1; columns.reasons && i <= limits::kReasons; ++i) {
    schema.push_back({fmt::format("reason_{}_code", i), ColumnType::kCategorical});
    schema.push_back({fmt::format("reason_{}", i), ColumnType::kCategorical});
  }
  return schema;
}

/// A column of texts. Those of the list given are shared by many rows; any other text is one row's.
class TextColumn {
 public:
  TextColumn(std::string name, std::vector<std::string> shared = {}) {
    column_.name = std::move(name);
    column_.type = ColumnType::kCategorical;
    column_.vocabulary = std::move(shared);
  }
  void AddShared(int32_t code) { column_.codes.push_back(code); }
  void AddMissing() { column_.codes.push_back(Column::kMissingCode); }
  void Add(std::string text) {
    if (text.empty()) return AddMissing();
    column_.codes.push_back(static_cast<int32_t>(column_.vocabulary.size()));
    column_.vocabulary.push_back(std::move(text));
  }
  Column Take() { return std::move(column_); }

 private:
  Column column_;
};

void AddVerdicts(ApplicantChunk& chunk, const std::vector<Prediction>& predictions,
                 std::vector<Column>& columns) {
  TextColumn ids("application_id"), labels("decision_label", {"APPROVE", "REJECT"});
  Column probability{.name = "probability"}, decision{.name = "decision"};
  for (size_t row = 0; row < predictions.size(); ++row) {
    const bool reject = predictions[row].reject;
    ids.Add(std::move(chunk.ids[row]));
    probability.numbers.push_back(predictions[row].probability);
    decision.numbers.push_back(reject ? 1 : 0);
    labels.AddShared(reject ? 1 : 0);
  }
  columns.push_back(ids.Take());
  columns.push_back(std::move(probability));
  columns.push_back(std::move(decision));
  columns.push_back(labels.Take());
}

void AddRecords(const std::vector<Prediction>& predictions, std::vector<Column>& columns) {
  TextColumn ids("decision_id"), outcomes("outcome");
  for (const Prediction& prediction : predictions) {
    ids.Add(prediction.decision_id);
    outcomes.Add(std::string(OutcomeName(prediction.outcome)));
  }
  columns.push_back(ids.Take());
  columns.push_back(outcomes.Take());
}

void AddReasons(const std::vector<Prediction>& predictions, std::vector<Column>& columns) {
  for (size_t i = 0; i < limits::kReasons; ++i) {
    TextColumn codes(fmt::format("reason_{}_code", i + 1)), texts(fmt::format("reason_{}", i + 1));
    for (const Prediction& prediction : predictions) {
      const bool has_reason = i < prediction.reasons.size();
      codes.Add(has_reason ? prediction.reasons[i].code : "");
      texts.Add(has_reason ? prediction.reasons[i].text : "");
    }
    columns.push_back(codes.Take());
    columns.push_back(texts.Take());
  }
}

}  // namespace

Result<PredictionFile> PredictionFile::Create(const std::string& path, FileFormat format,
                                              const PredictionColumns& columns) {
  TableSchema schema = SchemaOf(columns);
  for (const Column& extra : columns.extra.columns()) {
    if (std::ranges::find(schema, extra.name, &ColumnSchema::name) != schema.end()) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("column {} of the input would stand twice in {}: rename it, or leave "
                              "out --pass-through",
                              extra.name, path));
    }
    schema.push_back({extra.name, extra.type});
  }
  return PredictionFile(FAIRLINE_TRY(TableWriter::Create(path, format, schema)), columns);
}

Status PredictionFile::Append(ApplicantChunk& chunk, const std::vector<Prediction>& predictions) {
  std::vector<Column> columns;
  AddVerdicts(chunk, predictions, columns);
  if (record_) AddRecords(predictions, columns);
  if (reasons_) AddReasons(predictions, columns);
  for (const Column& extra : chunk.extra.columns()) columns.push_back(extra);
  return writer_.Append(Table(std::move(columns)));
}

Status RejectsFile::Append(const std::vector<BadRow>& rows) {
  for (const BadRow& row : rows) {
    if (!writer_) {
      writer_.emplace(FAIRLINE_TRY(CsvWriter::Create(path_, {"line", "column", "reason"})));
    }
    writer_->Add(static_cast<double>(row.line));
    writer_->Add(row.column);
    writer_->Add(row.reason);
    FAIRLINE_TRY(writer_->EndRow());
  }
  return {};
}

Status RejectsFile::Commit() {
  if (writer_) return writer_->Commit();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  return {};
}

}  // namespace fairline
