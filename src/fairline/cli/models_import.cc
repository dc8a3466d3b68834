// `fairline models import`: a bare model file becomes a bundle. With data of known outcome
// it also gets calibration, cut-off and reference values; without, it scores and attributes only.
#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <memory>

#include "fairline/cli/bundle_folder.h"
#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/cli/training_progress.h"
#include "fairline/cli/version.h"
#include "fairline/core/file.h"
#include "fairline/core/limits.h"
#include "fairline/data/table_file.h"
#include "fairline/decisioning/store.h"
#include "fairline/training/fit_decision.h"
#include "fairline/training/report.h"

namespace fairline {
namespace {

struct Arguments {
  std::string file, name, data, format, target, costs = "10:1", out, description;
  int64_t seed = 1;
  ChangeOptions change;
};

bool ParseCost(std::string_view text, double* cost) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *cost);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*cost) &&
         *cost > 0;
}

std::expected<CostMatrix, Failure> ParseCosts(const std::string& text) {
  CostMatrix costs;
  const size_t colon = text.find(':');
  if (colon == std::string::npos ||
      !ParseCost(std::string_view(text).substr(0, colon), &costs.false_negative) ||
      !ParseCost(std::string_view(text).substr(colon + 1), &costs.false_positive)) {
    return UsageError(
        fmt::format("--costs takes two numbers above 0, as in 10:1, not \"{}\"", text));
  }
  return costs;
}

std::expected<void, Failure> Fit(const Arguments& arguments, FileFormat format,
                                 ModelBundle& bundle) {
  const CostMatrix costs = FAIRLINE_TRY(ParseCosts(arguments.costs));
  TrainingProgress progress("reading");
  const Table table = FAIRLINE_TRY(ReadTable(arguments.data, format));
  FAIRLINE_TRY(FitDecision(bundle, table, arguments.target, costs,
                           static_cast<uint64_t>(arguments.seed), progress.Get()));
  return {};
}

std::expected<void, Failure> Keep(const Arguments& arguments, const BundleFiles& files,
                                  const Config& config) {
  if (!arguments.out.empty()) {
    FAIRLINE_TRY(WriteBundleFolder(arguments.out, files));
    PrintNote(fmt::format("The model is in {}\n{} fairline models register {} --name {}\n",
                          arguments.out, Paint(Style::kHint, "next:"), arguments.out,
                          arguments.name));
    return {};
  }
  const auto store = FAIRLINE_TRY(Store::OpenOrCreate(config));
  const ModelVersion version = FAIRLINE_TRY(store->registry().Register(
      arguments.name, files, arguments.description, arguments.change.Get()));
  Print(fmt::format("{} {} is registered (bundle {})\n", version.name, version.version,
                    version.bundle_digest.substr(0, 12)));
  return {};
}

CommandResult Run(const Arguments& arguments, Context& context) {
  if (arguments.data.empty() != arguments.target.empty()) {
    return UsageError("--data and --target belong together");
  }
  const FileFormat format = FAIRLINE_TRY(ChosenFormat(arguments.data, arguments.format));
  if (!arguments.out.empty()) FAIRLINE_TRY(CheckBundleTarget(arguments.out));
  std::string text = FAIRLINE_TRY(ReadFile(arguments.file, limits::kModelBytes));
  auto bundle = BundleOfBareModel(std::move(text));
  if (!bundle) {
    bundle.error().message = fmt::format("{}: {}", arguments.file, bundle.error().message);
    return std::unexpected(Failure(std::move(bundle).error()));
  }
  bundle->lineage["imported_from"] = std::filesystem::path(arguments.file).filename().string();
  bundle->lineage["program_version"] = kVersion;
  if (arguments.data.empty()) {
    PrintNote(
        "no --data: the model scores and attributes, but has no PD, no cut-off and no reasons\n");
  } else {
    FAIRLINE_TRY(Fit(arguments, format, *bundle));
    Print(FormatReport(bundle->report));
  }
  const BundleFiles files = FAIRLINE_TRY(WriteBundle(*bundle));
  FAIRLINE_TRY(Keep(arguments, files, context.config));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("FILE", "", &arguments->file,
                   "LightGBM's text, or the JSON of an EasyEnsemble or a scorecard");
  options.Required("--name", "NAME", &arguments->name, "The model it is a version of");
  options.Optional("--data", "FILE", &arguments->data,
                   "Rows with known outcomes (not those it was trained on) to fit PD and cut-off");
  options.Optional("--format", "FORMAT", &arguments->format,
                   "Of that file: csv, parquet or arrow (default: by its suffix)");
  options.Optional("--target", "COLUMN", &arguments->target, "Their outcome: 1 is a default");
  options.Optional("--costs", "FN:FP", &arguments->costs,
                   "Cost of an approved default and of a refused good applicant (default: 10:1)");
  options.Optional("--seed", "S", &arguments->seed, "Of the folds of the fit (default: 1)");
  options.Optional("--out", "DIR", &arguments->out, "Write the bundle there, do not register it");
  options.Optional("--description", "TEXT", &arguments->description, "What is special about it");
  arguments->change.Declare(options);
  DeclareStorageBesideData(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsImportCommand() {
  return {"models import", "Make a model bundle of a bare model file",
          "fairline models import model.txt --name credit\n"
          "fairline models import model.txt --name credit --data validation.csv --target TARGET "
          "--costs 10:1",
          Define};
}

}  // namespace fairline
