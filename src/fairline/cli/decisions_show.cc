// `fairline decisions show`: one decision on a page, or as the API's document.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/decision_page.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/store.h"
#include "fairline/server/routes/decision_document.h"

namespace fairline {
namespace {

struct Arguments {
  std::string id;
  bool json = false;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const DecisionRecord record = FAIRLINE_TRY(
      LoadDecision(store->database(), *FAIRLINE_TRY(store->OpenVault()), arguments.id));
  if (arguments.json) {
    Print(DecisionDocument(record).Pretty() + "\n");
    return ExitCode::kOk;
  }
  const auto events = FAIRLINE_TRY(EventsOf(store->database(), "decision", record.decision_id));
  Print(DecisionPage(record, events));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("ID", "", &arguments->id, "The decision_id of the reply");
  options.Switch("--json", &arguments->json, "The document of GET /v1/decisions/{id}");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command DecisionsShowCommand() {
  return {"decisions show", "Show one decision: why, on what, and who knew",
          "fairline decisions show 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89\n"
          "fairline decisions show 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89 --json",
          Define};
}

}  // namespace fairline
