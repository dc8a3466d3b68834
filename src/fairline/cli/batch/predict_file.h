// One input file of `fairline predict` becomes one output file, its list of bad rows and one audit
// event.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "fairline/cli/failure.h"
#include "fairline/cli/model_choice.h"
#include "fairline/data/file_format.h"
#include "fairline/decisioning/deployment.h"

namespace fairline {

/// What is the same for all files of a run.
struct PredictSettings {
  bool explain = false;       // --explain
  bool pass_through = false;  // --pass-through
  std::optional<int64_t> max_rejects;
  std::shared_ptr<const Deployment> deployment;  // --record: decides and records with it

  bool record() const { return deployment != nullptr; }
};

struct PredictTask {
  std::string input, output;  // "-" is a standard stream
  FileFormat input_format = FileFormat::kCsv, output_format = FileFormat::kCsv;

  std::string rejects() const { return output + ".rejects.csv"; }
};

struct PredictTotals {
  int64_t rows = 0, refused = 0;  // scored; decision REJECT among them
  int64_t bad_rows = 0;
  int64_t duplicate_ids = 0;    // rows whose id stood in the file before
  uint64_t duplicate_line = 0;  // of the first of them
  int64_t recorded_before = 0;
  std::string input_sha256, output_sha256;
};

/// Nothing appears unless all of it does: the output, complete and synced, is moved into place
/// while the transaction of its audit event is open. kInvalidArgument above `max_rejects` bad rows:
/// then only their list is written. kCancelled on Ctrl-C.
Result<PredictTotals> PredictFile(const ChosenModel& model, const PredictSettings& settings,
                                  const PredictTask& task);

}  // namespace fairline
