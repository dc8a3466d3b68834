// `fairline models report`: the validation report of a model, for the terminal or as a page.
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/core/file.h"
#include "fairline/training/report.h"
#include "fairline/training/report_page/page.h"

namespace fairline {
namespace {

struct Arguments {
  std::string name, bundle, html;
  std::optional<int64_t> version;
};

/// A bundle that is not registered is called what its training configuration calls it.
std::string NameInLineage(const ModelBundle& bundle) {
  const Json* name = bundle.lineage.Find("name");
  return name != nullptr && name->is_string() ? name->string() : "a model";
}

/// "2026-05-01 12:34 UTC"
std::string Minute(int64_t micros) {
  std::string text = FormatTimestamp(micros).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

ReportInput InputOf(const ChosenModel& model) {
  ReportInput input{.report = model.bundle.report, .lineage = model.bundle.lineage};
  if (model.version) {
    input.name = model.name;
    input.stage = StageName(model.version->stage);
    input.registered_at = Minute(model.version->created_at_micros);

    input.bundle_digest = model.version->bundle_digest;
  } else {
    input.name = NameInLineage(model.bundle);
  }
  return input;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  if (arguments.name.empty() == arguments.bundle.empty()) {
    return UsageError("give either NAME, or --bundle");
  }
  const ChosenModel model =
      FAIRLINE_TRY(arguments.bundle.empty()
                       ? RegisteredOrCurrent(context.config, arguments.name, arguments.version)
                       : ModelInFolder(arguments.bundle));
  if (arguments.html.empty()) {
    const std::string text = FormatReport(model.bundle.report);
    Print(text.empty() ? "no report: the model was imported without rows of known outcome\n"
                       : text);
    return ExitCode::kOk;
  }
  const std::string page = ReportPage(InputOf(model));
  if (arguments.html == "-") {
    Print(page);
    return ExitCode::kOk;
  }
  FAIRLINE_TRY(WriteFileAtomically(arguments.html, page));
  PrintNote("The report is in " + arguments.html + "\n");
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("NAME", "", &arguments->name, "A registered model");
  options.Optional("VERSION", "", &arguments->version,
                   "Its version (default: the one in Production, else the latest)");
  options.Optional("--bundle", "DIR", &arguments->bundle, "A bundle that is not registered");
  options.Optional("--html", "FILE", &arguments->html,
                   "Write a page with charts there; - is standard output");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsReportCommand() {
  return {"models report", "Show the validation report of a model, as text or as a page",
          "fairline models report credit\n"
          "fairline models report credit 2 --html report.html\n"
          "fairline models report --bundle model --html report.html",
          Define};
}

}  // namespace fairline
