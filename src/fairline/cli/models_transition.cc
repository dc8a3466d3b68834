// `fairline models transition`: moves a version to another stage. A running server notices.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  std::string name, stage;
  int64_t version = 0;
  bool archive_existing = false;
  ChangeOptions change;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto stage = ParseStage(arguments.stage);
  if (!stage) return UsageError(stage.error().message);
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const ModelVersion version = FAIRLINE_TRY(
      store->registry().Transition(arguments.name, arguments.version, *stage,
                                   arguments.archive_existing, arguments.change.Get()));
  Print(StageLine(version));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("NAME", "", &arguments->name, "The model");
  options.Required("VERSION", "", &arguments->version, "Its version");
  options.Required("--stage", "STAGE", &arguments->stage, "None, Staging, Production or Archived");
  options.Switch("--archive-existing", &arguments->archive_existing,
                 "Archive the versions that are in that stage now");
  arguments->change.Declare(options);
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsTransitionCommand() {
  return {"models transition", "Move a model version to another stage",
          "fairline models transition credit 1 --stage Staging\n"
          "fairline models transition credit 2 --stage Production --archive-existing "
          "--reason \"better AUC\"",
          Define};
}

}  // namespace fairline
