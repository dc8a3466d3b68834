// `fairline data sample`: applicants drawn from a written-down default model.
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "fairline/cli/commands.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/core/limits.h"
#include "fairline/data/csv_writer.h"
#include "fairline/data/synthetic.h"

namespace fairline {
namespace {

struct Arguments {
  int64_t rows = 0, seed = 1;
  std::string out, truth;
};

std::vector<std::string> Header() {
  std::vector<std::string> names;
  for (const auto& column : ApplicantGenerator::Schema()) names.push_back(column.name);
  return names;
}

Status AppendTruth(const Table& table, const std::vector<double>& true_pd, CsvWriter& truth) {
  const Column& ids = table.column(static_cast<size_t>(table.Find("SK_ID_CURR")));
  for (size_t row = 0; row < table.rows(); ++row) {
    truth.Add(ids.numbers[row]);
    truth.Add(true_pd[row]);
    FAIRLINE_TRY(truth.EndRow());
  }
  return {};
}

CommandResult Run(const Arguments& arguments) {
  const InterruptScope interruptible;
  ProgressBar bar("sampling");
  const ApplicantGenerator generator(static_cast<uint64_t>(arguments.seed));
  const auto rows = static_cast<size_t>(arguments.rows);
  auto writer = FAIRLINE_TRY(CsvWriter::Create(arguments.out, Header()));
  std::optional<CsvWriter> truth;
  if (!arguments.truth.empty()) {
    truth.emplace(FAIRLINE_TRY(CsvWriter::Create(arguments.truth, {"SK_ID_CURR", "true_pd"})));
  }
  for (size_t first = 0; first < rows; first += limits::kBatchChunkRows) {
    if (InterruptFlag()) {
      return std::unexpected(Failure({ErrorCode::kCancelled, "interrupted; nothing was written"}));
    }
    const size_t count = std::min(limits::kBatchChunkRows, rows - first);
    std::vector<double> true_pd;
    const Table chunk = generator.Chunk(first, count, &true_pd);
    FAIRLINE_TRY(writer.Append(chunk));
    if (truth) FAIRLINE_TRY(AppendTruth(chunk, true_pd, *truth));
    bar.Update(static_cast<double>(first + count), static_cast<double>(rows));
  }
  if (truth) FAIRLINE_TRY(truth->Commit());
  FAIRLINE_TRY(writer.Commit());
  PrintNote(fmt::format("{} {} written to {}\n", rows, rows == 1 ? "applicant" : "applicants",
                        arguments.out));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("--rows", "N", &arguments->rows, "How many applicants");
  options.Required("--out", "FILE", &arguments->out, "Where to, as CSV; - is standard output");
  options.Optional("--seed", "S", &arguments->seed,
                   "The same seed gives the same file (default: 1)");
  options.Optional("--truth", "FILE", &arguments->truth,
                   "Also the true PD of each applicant: SK_ID_CURR,true_pd");
  return [arguments](Context&) { return Run(*arguments); };
}

}  // namespace

Command DataSampleCommand() {
  return {"data sample", "Make sample applicants whose true default risk is known",
          "fairline data sample --rows 20000 --seed 1 --out applicants.csv\n"
          "fairline data sample --rows 20000 --seed 1 --out applicants.csv --truth truth.csv",
          Define};
}

}  // namespace fairline
