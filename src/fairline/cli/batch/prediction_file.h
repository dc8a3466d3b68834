// The output of `fairline predict`: predictions, and beside them the list of bad rows. Both appear
// whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/batch/batch_scorer.h"
#include "fairline/data/csv_writer.h"
#include "fairline/data/table_file.h"

namespace fairline {

/// Which columns stand behind application_id, probability, decision and decision_label.
struct PredictionColumns {
  bool reasons = false;  // reason_1_code, reason_1, … reason_4
  bool record = false;   // decision_id, outcome
  Table extra;           // the input's columns that are passed on (their names and types)
};

class PredictionFile {
 public:
  /// kInvalidArgument when a column that is passed on has the name of one of ours.
  static Result<PredictionFile> Create(const std::string& path, FileFormat format,
                                       const PredictionColumns& columns);

  Status Append(ApplicantChunk& chunk, const std::vector<Prediction>& predictions);
  /// See TableWriter.
  Result<std::string> Finish() { return writer_.Finish(); }
  Status Commit() { return writer_.Commit(); }

 private:
  PredictionFile(TableWriter writer, const PredictionColumns& columns)
      : writer_(std::move(writer)), reasons_(columns.reasons), record_(columns.record) {}

  TableWriter writer_;
  bool reasons_, record_;
};

/// `line,column,reason` of each bad row, as CSV.
class RejectsFile {
 public:
  /// No file is made before the first bad row.
  explicit RejectsFile(std::string path) : path_(std::move(path)) {}

  Status Append(const std::vector<BadRow>& rows);
  /// Without bad rows: a list left by an earlier run is removed.
  Status Commit();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::optional<CsvWriter> writer_;
};

}  // namespace fairline
