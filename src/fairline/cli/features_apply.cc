// `fairline features apply`: the encoded matrix, as the model sees it.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/training_files.h"
#include "fairline/core/limits.h"
#include "fairline/data/csv_writer.h"
#include "fairline/data/table_file.h"
#include "fairline/training/train.h"

namespace fairline {
namespace {

struct Arguments {
  std::string config, bundle, data, format, out;
};

std::string IdColumn(const Signature& signature) {
  for (const auto& field : signature.fields()) {
    if (field.role == FieldRole::kId) return field.name;
  }
  return {};
}

Result<FeaturePlan> PlanOf(const Arguments& arguments, FileFormat format) {
  const TrainingConfig config = FAIRLINE_TRY(ReadTrainingConfig(arguments.config));
  const Table table = FAIRLINE_TRY(ReadTable(arguments.data, format));
  return TrainingPlan(table, config);
}

/// Streams the file through the plan; the id column, if there is one, comes first.
Result<size_t> Apply(const FeaturePlan& plan, const Arguments& arguments, FileFormat format) {
  const InterruptScope interruptible;
  ProgressBar bar("encoding");
  const auto file =
      FAIRLINE_TRY(ApplicantFile::Open(arguments.data, plan.signature(), {.format = format}));
  const std::string id_column = IdColumn(plan.signature());
  std::vector<std::string> header;
  if (!id_column.empty()) header.push_back(id_column);
  for (const auto& feature : plan.features()) header.push_back(feature.name);
  auto writer = FAIRLINE_TRY(CsvWriter::Create(arguments.out, header));

  const size_t width = plan.signature().size();
  std::vector<double> features(plan.size());
  size_t rows = 0;
  for (ApplicantChunk chunk;;) {
    FAIRLINE_TRY(NextGood(*file, limits::kBatchChunkRows, chunk));
    if (chunk.rows() == 0) break;
    for (size_t row = 0; row < chunk.rows(); ++row) {
      plan.Apply({chunk.raw.data() + row * width, width}, features);
      if (!id_column.empty()) writer.Add(chunk.ids[row]);
      for (const double value : features) writer.Add(value);
      FAIRLINE_TRY(writer.EndRow());
    }
    rows += chunk.rows();
    if (InterruptFlag()) return Fail(ErrorCode::kCancelled, "interrupted; nothing was written");
  }
  FAIRLINE_TRY(writer.Commit());
  return rows;
}

CommandResult Run(const Arguments& arguments) {
  if (arguments.config.empty() == arguments.bundle.empty()) {
    return UsageError("give either --config (a training configuration) or --bundle");
  }
  const FileFormat format = FAIRLINE_TRY(ChosenFormat(arguments.data, arguments.format));
  FeaturePlan plan;
  if (arguments.bundle.empty()) {
    plan = FAIRLINE_TRY(PlanOf(arguments, format));
  } else {
    plan = FAIRLINE_TRY(ModelInFolder(arguments.bundle)).bundle.plan;
  }
  PrintLeftOut(plan);
  const size_t rows = FAIRLINE_TRY(Apply(plan, arguments, format));
  PrintNote(fmt::format("{} rows with {} model inputs written to {}\n", rows, plan.size(),
                        arguments.out));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("--config", "FILE", &arguments->config,
                   "Training configuration: the plan a training on this data would use");
  options.Optional("--bundle", "DIR", &arguments->bundle, "Model bundle: the plan it has");
  options.Required("--data", "FILE", &arguments->data, "CSV, Parquet or Arrow file of applicants");
  options.Optional("--format", "FORMAT", &arguments->format,
                   "Of that file: csv, parquet or arrow (default: by its suffix)");
  options.Required("--out", "FILE", &arguments->out, "Where to, as CSV; - is standard output");
  return [arguments](Context&) { return Run(*arguments); };
}

}  // namespace

Command FeaturesApplyCommand() {
  return {"features apply", "Write the model inputs of each applicant",
          "fairline features apply --config train.yaml --data applicants.csv --out matrix.csv\n"
          "fairline features apply --bundle model --data applicants.csv --out matrix.csv",
          Define, true};
}

}  // namespace fairline
