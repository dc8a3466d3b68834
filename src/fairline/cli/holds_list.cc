// `fairline holds list`: legal holds and what they cover.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/legal_hold.h"

namespace fairline {
namespace {

struct Arguments {
  bool all = false, json = false;
};

Json DocumentOf(const LegalHold& hold) {
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  return Json::Object{{"id", hold.id},
                      {"applicant_id", text(hold.applicant_id)},
                      {"reason", hold.reason},
                      {"placed_by", hold.placed_by},
                      {"placed_at", hold.placed_at},
                      {"released_by", text(hold.released_by)},
                      {"released_at", text(hold.released_at)}};
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const auto holds = FAIRLINE_TRY(ListHolds(store->database(), !arguments.all));
  if (arguments.json) {
    Json document = Json::MakeArray();
    for (const LegalHold& hold : holds) document.Append(DocumentOf(hold));
    Print(document.Pretty() + "\n");
    return ExitCode::kOk;
  }
  if (holds.empty()) PrintNote("no hold is in force\n");
  for (const LegalHold& hold : holds) {
    Print(fmt::format(
        "{}  {}  {}  by {}: {}{}\n", hold.id, hold.placed_at.substr(0, 10),
        hold.applicant_id.empty() ? "everything" : hold.applicant_id, hold.placed_by, hold.reason,
        hold.released_at.empty() ? ""
                                 : fmt::format(" (released {} by {})",
                                               hold.released_at.substr(0, 10), hold.released_by)));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--all", &arguments->all, "Also those that were released");
  options.Switch("--json", &arguments->json, "As JSON");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command HoldsListCommand() {
  return {"holds list", "List the legal holds in force",
          "fairline holds list\nfairline holds list --all", Define};
}

}  // namespace fairline
