// `fairline predict`: scores a file of applicants. Chunks are read while the one before is scored;
// rows are scored side by side, each by itself, so neither chunks nor threads change a bit.
#include <fmt/format.h>

#include <filesystem>
#include <future>
#include <memory>

#include "fairline/cli/applicant_file.h"
#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/file_digest.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/core/limits.h"
#include "fairline/data/csv_writer.h"
#include "fairline/ledger/audit.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

constexpr size_t kRowsPerPiece = 256;
const std::string kStandardStream = "-";

struct Arguments {
  std::string input, output, model, bundle;
};

struct Totals {
  int64_t rows = 0, rejected = 0;
};

std::vector<double> ScoreChunk(const ModelBundle& bundle, const ApplicantChunk& chunk) {
  std::vector<double> probabilities(chunk.rows());
  const size_t width = bundle.plan.signature().size();
  const size_t pieces = (chunk.rows() + kRowsPerPiece - 1) / kRowsPerPiece;
  const auto score = [&](size_t piece) -> Status {
    std::vector<double> features(bundle.plan.size());
    const size_t end = std::min(chunk.rows(), (piece + 1) * kRowsPerPiece);
    for (size_t row = piece * kRowsPerPiece; row < end; ++row) {
      bundle.plan.Apply({chunk.raw.data() + row * width, width}, features);
      const Score scored = ScoreFeatures(bundle, features);
      const bool pd = bundle.cut_off->kind == ProbabilityKind::kPd;
      probabilities[row] = pd ? scored.pd.value() : scored.model_score;
    }
    return {};
  };
  ParallelFor(pieces, CoreCount(), score).value();  // no piece fails
  return probabilities;
}

Status WriteChunk(const ApplicantChunk& chunk, const std::vector<double>& probabilities,
                  double threshold, CsvWriter& writer, Totals& totals) {
  for (size_t row = 0; row < chunk.rows(); ++row) {
    const bool reject = probabilities[row] >= threshold;
    writer.Add(chunk.ids[row]);
    writer.Add(probabilities[row]);
    writer.Add(reject ? 1.0 : 0.0);
    writer.Add(reject ? "REJECT" : "APPROVE");
    FAIRLINE_TRY(writer.EndRow());
    totals.rejected += reject ? 1 : 0;
  }
  totals.rows += static_cast<int64_t>(chunk.rows());
  return {};
}

double FileBytes(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<double>(size);
}

Result<Totals> ScoreFile(const ModelBundle& bundle, ApplicantFile& file, double file_bytes,
                         CsvWriter& writer) {
  const InterruptScope interruptible;
  ProgressBar bar("scoring");
  Totals totals;
  ApplicantChunk chunk, next;
  FAIRLINE_TRY(file.Next(limits::kBatchChunkRows, chunk));
  while (chunk.rows() > 0) {
    auto reading =
        std::async(std::launch::async, [&] { return file.Next(limits::kBatchChunkRows, next); });
    const auto probabilities = ScoreChunk(bundle, chunk);
    const Status written =
        WriteChunk(chunk, probabilities, bundle.cut_off->threshold, writer, totals);
    FAIRLINE_TRY(reading.get());
    FAIRLINE_TRY(Status(written));
    if (InterruptFlag()) return Fail(ErrorCode::kCancelled, "interrupted; nothing was written");
    bar.Update(static_cast<double>(file.bytes_read()), file_bytes,
               fmt::format("scoring: {} rows", totals.rows));
    std::swap(chunk, next);
  }
  return totals;
}

/// One event per file. Its transaction is open while the file appears, so there is no file without
/// its event; should the event fail, the file goes again.
Status CommitWithEvent(const Arguments& arguments, const ChosenModel& model, const Totals& totals,
                       const std::string& input_sha256, CsvWriter& writer) {
  AuditEvent event;
  event.id = model.store->ids().Next();
  event.entity_type = "file";
  event.entity_id = input_sha256;
  event.action = "predictions.create";
  event.user_id = CurrentUser();
  event.created_at_micros = SystemClock().NowMicros();
  event.metadata["model"] = model.version->name;
  event.metadata["version"] = model.version->version;
  event.metadata["bundle_digest"] = model.version->bundle_digest;
  event.metadata["threshold"] = model.bundle.cut_off->threshold;
  event.metadata["rows"] = totals.rows;
  event.metadata["rejected"] = totals.rejected;
  event.metadata["approved"] = totals.rows - totals.rejected;
  event.metadata["input_sha256"] = input_sha256;
  const bool is_file = arguments.output != kStandardStream;
  bool committed = false;
  Status stored = model.store->database().Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(writer.Commit());
    committed = true;
    event.metadata["output_sha256"] =
        is_file ? Json(FAIRLINE_TRY(FileSha256(arguments.output))) : Json();
    return AppendEvent(transaction, event);
  });
  std::error_code ignored;
  if (!stored && committed && is_file) std::filesystem::remove(arguments.output, ignored);
  return stored;
}

std::expected<ChosenModel, Failure> ModelOf(const Arguments& arguments, const Config& config) {
  if (!arguments.model.empty() && !arguments.bundle.empty()) {
    return UsageError("--model and --bundle exclude each other");
  }
  auto model = arguments.bundle.empty() ? ModelByReference(config, arguments.model)
                                        : ModelInFolder(arguments.bundle);
  if (model && !model->bundle.cut_off) {
    return std::unexpected(
        Failure({ErrorCode::kFailedPrecondition,
                 fmt::format("{} has no cut-off, so it cannot decide", model->name)},
                "fairline models import --help (--data, --target and --costs fit one)"));
  }
  return model;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const ChosenModel model = FAIRLINE_TRY(ModelOf(arguments, context.config));
  auto file = FAIRLINE_TRY(ApplicantFile::Open(arguments.input, model.bundle.plan.signature()));
  auto writer = FAIRLINE_TRY(CsvWriter::Create(
      arguments.output, {"application_id", "probability", "decision", "decision_label"}));
  const Totals totals =
      FAIRLINE_TRY(ScoreFile(model.bundle, file, FileBytes(arguments.input), writer));
  if (model.version) {
    FAIRLINE_TRY(CommitWithEvent(arguments, model, totals, file.InputSha256(), writer));
  } else {
    FAIRLINE_TRY(writer.Commit());
  }
  PrintNote(fmt::format("{} rows scored by {}: {} APPROVE, {} REJECT (cut-off {:.4f}, {})\n",
                        totals.rows, model.name, totals.rows - totals.rejected, totals.rejected,
                        model.bundle.cut_off->threshold,
                        ProbabilityKindName(model.bundle.cut_off->kind)));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("INPUT", "", &arguments->input, "CSV file of applicants; - is standard input");
  options.Required("-o,--out", "FILE", &arguments->output,
                   "Predictions as CSV; - is standard output");
  options.Optional("--model", "NAME[:VERSION]", &arguments->model,
                   "A registered model (default: the one in Production)");
  options.Optional("--bundle", "DIR", &arguments->bundle, "A bundle that is not registered");
  DeclareStorageBesideData(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command PredictCommand() {
  return {"predict", "Score a file of applicants",
          "fairline predict applicants.csv -o predictions.csv\n"
          "fairline predict applicants.csv -o predictions.csv --model credit:2\n"
          "fairline predict applicants.csv -o predictions.csv --bundle model",
          Define};
}

}  // namespace fairline
