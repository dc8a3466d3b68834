// `fairline train`: a table and a configuration become a model bundle.
#include "fairline/training/train.h"

#include <fmt/core.h>

#include <filesystem>
#include <memory>

#include "fairline/cli/bundle_folder.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/output.h"
#include "fairline/cli/training_files.h"
#include "fairline/cli/training_progress.h"
#include "fairline/cli/version.h"
#include "fairline/core/file.h"
#include "fairline/data/table_file.h"
#include "fairline/training/export.h"
#include "fairline/training/report.h"

namespace fairline {
namespace {

struct Arguments {
  std::string config, data, format, out = "model", export_folder;
  bool json = false, allow_post_decision = false;
};

Result<TrainedModel> TrainOn(const std::string& data, FileFormat format,
                             const TrainingConfig& config) {
  TrainingProgress progress("reading");
  const Table table = FAIRLINE_TRY(ReadTable(data, format));
  return Train(table, config, progress.Get());
}

Status WriteExport(const std::string& folder, const BundleFiles& files) {
  for (const auto& [name, bytes] : files) {
    FAIRLINE_TRY(WriteFileAtomically(std::filesystem::path(folder) / name, bytes));
  }
  return {};
}

CommandResult Run(const Arguments& arguments) {
  const FileFormat format = FAIRLINE_TRY(ChosenFormat(arguments.data, arguments.format));
  FAIRLINE_TRY(CheckBundleTarget(arguments.out));
  TrainingConfig config;
  if (!arguments.config.empty()) config = FAIRLINE_TRY(ReadTrainingConfig(arguments.config));
  config.allow_post_decision = arguments.allow_post_decision;
  TrainedModel trained = FAIRLINE_TRY(TrainOn(arguments.data, format, config));
  trained.bundle.lineage["program_version"] = kVersion;
  const BundleFiles files = FAIRLINE_TRY(WriteBundle(trained.bundle));
  if (!arguments.export_folder.empty()) {
    FAIRLINE_TRY(WriteExport(arguments.export_folder, ExportTraining(trained, config)));
  }
  FAIRLINE_TRY(WriteBundleFolder(arguments.out, files));
  Print(arguments.json ? trained.bundle.report.Pretty() + "\n"
                       : FormatReport(trained.bundle.report));
  PrintNote(fmt::format("\nThe model is in {}\n", arguments.out));
  if (trained.bundle.plan.post_decision().empty()) {
    PrintNote(fmt::format("{} fairline models register {} --name NAME\n",
                          Paint(Style::kHint, "next:"), arguments.out));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("--config", "FILE", &arguments->config,
                   "Training configuration (default: a column TARGET, everything else a feature)");
  options.Required("--data", "FILE", &arguments->data,
                   "CSV, Parquet or Arrow file of applicants with outcomes");
  options.Optional("--format", "FORMAT", &arguments->format,
                   "csv, parquet or arrow (default: by the file's suffix)");
  options.Optional("--out", "DIR", &arguments->out, "Where the bundle goes (default: model)");
  options.Optional("--export-matrix", "DIR", &arguments->export_folder,
                   "Also the matrix, folds and fold models, to repeat the training elsewhere");
  options.Switch("--allow-post-decision", &arguments->allow_post_decision,
                 "Learn from columns known only after the decision, to repeat published figures; "
                 "such a model cannot be registered");
  options.Switch("--json", &arguments->json, "The validation report as an object");
  return [arguments](Context&) { return Run(*arguments); };
}

}  // namespace

Command TrainCommand() {
  return {"train", "Train and validate a model",
          "fairline train --config examples/home_credit.yaml --data applicants.csv --out model\n"
          "fairline train --config train.yaml --data applicants.parquet --json > report.json",
          Define, true};
}

}  // namespace fairline
