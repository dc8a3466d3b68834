// A run of `fairline predict` over several files: which output belongs to which input, and the
// journal that tells a later run with --resume what is finished.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fairline/cli/batch/predict_file.h"

namespace fairline {

/// Formats asked for by name; empty: by suffix.
struct FormatChoice {
  std::string input, output;
};

/// Whether the words of the command line mean several files: more than one input, a pattern, or an
/// output that is a folder (there already, or written with a slash at its end).
bool IsJob(const std::vector<std::string>& inputs, const std::string& output);

/// The one file of a run that is no job. kInvalidArgument when input and output are the same file.
Result<PredictTask> PlanFile(const std::string& input, const std::string& output,
                             const FormatChoice& formats);

/// One task per file, patterns (`*`, `?`, `[…]`) expanded and sorted; an output has its input's
/// name in folder `output`, with the suffix of the output's format. kInvalidArgument when a pattern
/// matches nothing, two inputs have one name or an input is an output.
Result<std::vector<PredictTask>> PlanJob(const std::vector<std::string>& inputs,
                                         const std::string& output, const FormatChoice& formats);

/// `predict.journal` in the folder of the outputs: one JSON object a line and finished file,
/// written after the file is in place. A line cut short by a crash is no line.
class PredictJournal {
 public:
  /// `run`: what decides the content of the outputs (model, options); a file finished under another
  /// run is not finished. Without `resume` the journal begins anew.
  static Result<PredictJournal> Open(const std::filesystem::path& folder, std::string run,
                                     bool resume);

  /// The number of bad rows of the task if it was finished: the same input bytes, and the output
  /// still there as it was written.
  Result<std::optional<int64_t>> BadRowsWhenFinished(const PredictTask& task) const;
  Status Append(const PredictTask& task, const PredictTotals& totals);

 private:
  struct Entry {
    std::string input_sha256, output_sha256;
    int64_t bad_rows = 0;
  };
  PredictJournal(std::filesystem::path path, std::string run)
      : path_(std::move(path)), run_(std::move(run)) {}
  void ReadLine(std::string_view line);

  std::filesystem::path path_;
  std::string run_;
  std::map<std::string, Entry> finished_;  // by name of the output
};

}  // namespace fairline
