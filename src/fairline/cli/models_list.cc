// `fairline models list`: every version of every model and its stage.
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/cli/version_json.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  bool json = false;
};

void PrintTable(const std::vector<ModelVersion>& versions) {
  size_t width = std::string_view("NAME").size();
  for (const auto& version : versions) width = std::max(width, version.name.size());
  Print(fmt::format("{:<{}}  VERSION  {:<10}  {:<20}  DESCRIPTION\n", "NAME", width, "STAGE",
                    "CREATED"));
  for (const auto& version : versions) {
    Print(fmt::format("{:<{}}  {:>7}  {:<10}  {:.19}Z  {}\n", version.name, width, version.version,
                      StageName(version.stage), FormatTimestamp(version.created_at_micros),
                      version.description));
  }
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const auto versions = FAIRLINE_TRY(store->registry().List());
  if (arguments.json) {
    Json list = Json::MakeArray();
    for (const auto& version : versions) list.Append(VersionJson(version));
    Print(list.Pretty() + "\n");
  } else if (versions.empty()) {
    PrintNote("no model is registered yet\n");
  } else {
    PrintTable(versions);
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--json", &arguments->json, "An array of objects");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsListCommand() {
  return {"models list", "List models, versions and stages",
          "fairline models list\nfairline models list --json", Define};
}

}  // namespace fairline
