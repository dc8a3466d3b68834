// `fairline predict`: scores files of applicants.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/batch/predict_file.h"
#include "fairline/cli/batch/predict_job.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"

namespace fairline {
namespace {

struct Arguments {
  std::vector<std::string> inputs;
  std::string output, model, bundle;
  FormatChoice formats;
  std::optional<int64_t> max_rejects;
  bool explain = false, record = false, pass_through = false, resume = false;
};

std::expected<ChosenModel, Failure> ModelOf(const Arguments& arguments, const Config& config) {
  if (!arguments.model.empty() && !arguments.bundle.empty()) {
    return UsageError("--model and --bundle exclude each other");
  }
  if (arguments.record && !arguments.bundle.empty()) {
    return UsageError("--record needs a registered model: a decision names its version",
                      "fairline models register DIR --name NAME");
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

Result<PredictSettings> SettingsOf(const Arguments& arguments, const ChosenModel& model,
                                   const Config& config) {
  PredictSettings settings{.explain = arguments.explain,
                           .pass_through = arguments.pass_through,
                           .max_rejects = arguments.max_rejects};
  if (arguments.record) {
    const DeploymentSettings rules = ReadDeploymentSettings(config);
    settings.deployment = FAIRLINE_TRY(LoadDeployment(model.store->registry(), *model.version,
                                                      rules.policy, rules.product, rules.currency));
  }
  return settings;
}

std::string Counted(int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void PrintTotals(const ChosenModel& model, const PredictTask& task, const PredictTotals& totals) {
  PrintNote(fmt::format("{} scored by {}: {} APPROVE, {} REJECT (cut-off {:.4f}, {})\n",
                        Counted(totals.rows, "row"), model.name, totals.rows - totals.refused,
                        totals.refused, model.bundle.cut_off->threshold,
                        ProbabilityKindName(model.bundle.cut_off->kind)));
  if (totals.recorded_before > 0) {
    PrintNote(fmt::format("{} on record from an earlier run of this file\n",
                          Counted(totals.recorded_before, "row")));
  }
  if (totals.duplicate_ids > 0) {
    PrintNote(fmt::format("{} with the id of an earlier row, the first in line {}\n",
                          Counted(totals.duplicate_ids, "row"), totals.duplicate_line));
  }
  if (totals.bad_rows > 0) {
    PrintNote(fmt::format(
        "{} left out{}\n", Counted(totals.bad_rows, "bad row"),
        task.output == "-" ? "" : fmt::format(": {} says which and why", task.rejects())));
  }
}

/// Bad rows are an answer of no, unless as many were allowed.
ExitCode ExitCodeFor(const Arguments& arguments, int64_t bad_rows) {
  return bad_rows > arguments.max_rejects.value_or(0) ? ExitCode::kNo : ExitCode::kOk;
}

/// Faults of one file that leave the others untouched.
bool IsAboutTheFile(const Error& error) {
  return error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kDataLoss || error.code == ErrorCode::kTooLarge;
}

/// What the content of an output depends on besides its input.
Result<std::string> RunName(const Arguments& arguments, const ChosenModel& model) {
  const std::string digest = model.version ? model.version->bundle_digest
                                           : BundleDigest(FAIRLINE_TRY(WriteBundle(model.bundle)));
  return fmt::format("{}bundle {}{}{}{}", model.version ? model.name + " " : "", digest,
                     arguments.explain ? " explain" : "", arguments.record ? " record" : "",
                     arguments.pass_through ? " pass-through" : "");
}

/// One file of a job; says what came of it. A fault of the file alone is an answer of no.
CommandResult RunTask(const Arguments& arguments, const ChosenModel& model,
                      const PredictSettings& settings, const PredictTask& task,
                      PredictJournal& journal) {
  const auto predict = [&]() -> CommandResult {
    if (const auto bad_rows = FAIRLINE_TRY(journal.BadRowsWhenFinished(task))) {
      PrintNote(fmt::format("{}: finished before\n", task.input));
      return ExitCodeFor(arguments, *bad_rows);
    }
    const PredictTotals totals = FAIRLINE_TRY(PredictFile(model, settings, task));
    FAIRLINE_TRY(journal.Append(task, totals));
    PrintNote(fmt::format("{} -> {}\n", task.input, task.output));
    PrintTotals(model, task, totals);
    return ExitCodeFor(arguments, totals.bad_rows);
  };
  CommandResult result = predict();
  if (result) return result;
  if (!IsAboutTheFile(result.error().error)) {
    result.error().hint = "the same command with --resume goes on here";
    return result;
  }
  PrintFailure(result.error());
  return ExitCode::kNo;
}

CommandResult RunJob(const Arguments& arguments, const ChosenModel& model,
                     const PredictSettings& settings) {
  const auto tasks = FAIRLINE_TRY(PlanJob(arguments.inputs, arguments.output, arguments.formats));
  PredictJournal journal = FAIRLINE_TRY(PredictJournal::Open(
      arguments.output, FAIRLINE_TRY(RunName(arguments, model)), arguments.resume));
  ExitCode worst = ExitCode::kOk;
  for (const PredictTask& task : tasks) {
    const ExitCode code = FAIRLINE_TRY(RunTask(arguments, model, settings, task, journal));
    if (code != ExitCode::kOk) worst = code;
  }
  return worst;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  FAIRLINE_TRY(ChosenFormat("", arguments.formats.input));
  FAIRLINE_TRY(ChosenFormat("", arguments.formats.output, "--out-format"));
  const bool is_job = IsJob(arguments.inputs, arguments.output);
  if (arguments.resume && !is_job) {
    return UsageError("--resume goes with several files: let --out name a folder");
  }
  const ChosenModel model = FAIRLINE_TRY(ModelOf(arguments, context.config));
  const PredictSettings settings = FAIRLINE_TRY(SettingsOf(arguments, model, context.config));
  if (is_job) return RunJob(arguments, model, settings);
  const PredictTask task =
      FAIRLINE_TRY(PlanFile(arguments.inputs.front(), arguments.output, arguments.formats));
  const PredictTotals totals = FAIRLINE_TRY(PredictFile(model, settings, task));
  PrintTotals(model, task, totals);
  return ExitCodeFor(arguments, totals.bad_rows);
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("INPUT", "", &arguments->inputs,
                   "Files of applicants, or patterns; - is standard input");
  options.Required("-o,--out", "FILE", &arguments->output,
                   "Predictions; - is standard output, and several inputs need a folder");
  options.Optional("--model", "NAME[:VERSION]", &arguments->model,
                   "A registered model (default: the one in Production)");
  options.Optional("--bundle", "DIR", &arguments->bundle, "A bundle that is not registered");
  options.Optional("--format", "FORMAT", &arguments->formats.input,
                   "Of the input: csv, parquet or arrow (default: by suffix)");
  options.Optional("--out-format", "FORMAT", &arguments->formats.output,
                   "Of the output (default: by suffix; in a folder, the input's)");
  options.Switch("--explain", &arguments->explain,
                 "Also the main reasons against each applicant: reason_1_code, reason_1, …");
  options.Switch("--pass-through", &arguments->pass_through,
                 "Also the input's columns that the model does not know");
  options.Switch("--record", &arguments->record,
                 "Store every row as a decision, as POST /predict does");
  options.Optional("--max-rejects", "N", &arguments->max_rejects,
                   "Up to N bad rows are no failure; with more nothing is written");
  options.Switch("--resume", &arguments->resume,
                 "Leave out the files that an earlier run into this folder finished");
  DeclareStorageBesideData(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command PredictCommand() {
  return {"predict", "Score files of applicants",
          "fairline predict applicants.csv -o predictions.csv\n"
          "fairline predict applicants.parquet -o predictions.parquet --explain\n"
          "fairline predict 'inbox/*.csv' -o scored/ --model credit:2 --resume\n"
          "fairline predict applicants.csv -o predictions.csv --bundle model",
          Define};
}

}  // namespace fairline
