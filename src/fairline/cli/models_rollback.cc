// `fairline models rollback`: the version that was in Production before is there again.
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
  std::string name;
  ChangeOptions change;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const ModelVersion version =
      FAIRLINE_TRY(store->registry().Rollback(arguments.name, arguments.change.Get()));
  Print(StageLine(version));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("NAME", "", &arguments->name, "The model");
  arguments->change.Declare(options);
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsRollbackCommand() {
  return {"models rollback", "Put the version that was in Production before back there",
          "fairline models rollback credit --reason \"more denials than expected\"", Define};
}

}  // namespace fairline
