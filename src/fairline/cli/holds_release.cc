// `fairline holds release`: ends a legal hold.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/legal_hold.h"

namespace fairline {
namespace {

struct Arguments {
  std::string id, reason;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  FAIRLINE_TRY(ReleaseHold(store->database(), store->ids(), SystemClock(), arguments.id,
                           arguments.reason, CurrentUser()));
  Print(fmt::format("hold {} released\n", arguments.id));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("HOLD", "", &arguments->id, "The hold's id, as `holds list` shows it");
  options.Required("--reason", "TEXT", &arguments->reason, "Why, for the record; no personal data");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command HoldsReleaseCommand() {
  return {"holds release", "End a legal hold",
          "fairline holds release 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89 --reason \"case closed\"",
          Define};
}

}  // namespace fairline
