// `fairline models show`: one version: its figures, its cut-off and its history.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/cli/version_json.h"
#include "fairline/training/report.h"

namespace fairline {
namespace {

struct Arguments {
  std::string name;
  std::optional<int64_t> version;
  bool json = false;
};

Json CutOffJson(const ModelBundle& bundle) {
  if (!bundle.cut_off) return {};
  Json json;
  json["threshold"] = bundle.cut_off->threshold;
  json["probability_kind"] = ProbabilityKindName(bundle.cut_off->kind);
  json["origin"] = bundle.cut_off->origin;
  json["costs"]["false_negative"] = bundle.cut_off->costs.false_negative;
  json["costs"]["false_positive"] = bundle.cut_off->costs.false_positive;
  return json;
}

Json Document(const ChosenModel& model, const std::vector<AuditEvent>& history) {
  const ModelBundle& bundle = model.bundle;
  Json json = VersionJson(*model.version);
  const Json description = DescribeModel(bundle.model);
  for (const auto& [key, value] : description.object()) json[key] = value;
  json["model_inputs"] = bundle.plan.size();
  json["calibration"] =
      bundle.calibrator ? Json(CalibrationMethodName(bundle.calibrator->method())) : Json();
  json["cut_off"] = CutOffJson(bundle);
  json["report"] = bundle.report;
  json["lineage"] = bundle.lineage;
  json["history"] = Json::MakeArray();
  for (const auto& event : history) {
    Json item;
    item["at"] = FormatTimestamp(event.created_at_micros);
    item["user"] = event.user_id;
    item["action"] = event.action;
    item["change"] = event.metadata;
    json["history"].Append(std::move(item));
  }
  return json;
}

std::string CutOffLine(const ModelBundle& bundle) {
  if (!bundle.cut_off) return "none: it scores and attributes, but decides nothing";
  return fmt::format("{:.4f} ({}, from {})", bundle.cut_off->threshold,
                     ProbabilityKindName(bundle.cut_off->kind), bundle.cut_off->origin);
}

std::string TextOf(const Json& metadata, std::string_view key) {
  const Json* value = metadata.Find(key);
  return value != nullptr && value->is_string() ? value->string() : std::string();
}

std::string HistoryLine(const AuditEvent& event) {
  const std::string from = TextOf(event.metadata, "from"), to = TextOf(event.metadata, "to");
  const std::string reason = TextOf(event.metadata, "reason");
  return fmt::format("  {}  {:<18}  {:<24}  {}{}\n", FormatTimestamp(event.created_at_micros),
                     event.action, to.empty() ? "" : fmt::format("{} -> {}", from, to),
                     event.user_id, reason.empty() ? "" : ": " + reason);
}

std::string Page(const ChosenModel& model, const std::vector<AuditEvent>& history) {
  const ModelBundle& bundle = model.bundle;
  const ModelVersion& version = *model.version;
  std::string text = fmt::format(
      "{} {}\n{:<14} {}\n{:<14} {}\n{:<14} {}\n{:<14} {}, {} inputs from {} fields\n"
      "{:<14} {}\n{:<14} {}\n",
      version.name, version.version, "Stage", StageName(version.stage), "Description",
      version.description.empty() ? "none" : version.description, "Bundle", version.bundle_digest,
      "Model", ModelWords(DescribeModel(bundle.model)), bundle.plan.size(),
      bundle.plan.signature().size(), "Calibration",
      bundle.calibrator ? CalibrationMethodName(bundle.calibrator->method()) : "none", "Cut-off",
      CutOffLine(bundle));
  text += "History\n";
  for (const auto& event : history) text += HistoryLine(event);
  const std::string report = FormatReport(bundle.report);
  return report.empty() ? text : text + "\n" + report;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const ChosenModel model =
      FAIRLINE_TRY(RegisteredOrCurrent(context.config, arguments.name, arguments.version));
  const auto history =
      FAIRLINE_TRY(model.store->registry().History(model.version->name, model.version->version));
  Print(arguments.json ? Document(model, history).Pretty() + "\n" : Page(model, history));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("NAME", "", &arguments->name, "The model");
  options.Optional("VERSION", "", &arguments->version,
                   "Its version (default: the one in Production, else the latest)");
  options.Switch("--json", &arguments->json, "An object, with the whole validation report");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsShowCommand() {
  return {"models show", "Show a model version: figures, cut-off, history",
          "fairline models show credit\nfairline models show credit 2 --json", Define};
}

}  // namespace fairline
