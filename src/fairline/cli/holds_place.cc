// `fairline holds place`: what it covers is neither erased nor disposed of.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/legal_hold.h"
#include "fairline/governance/subjects.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> subject;
  std::string reason;
  bool all = false;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  if (arguments.subject.has_value() == arguments.all) {
    return UsageError("name the SUBJECT of the hold, or --all for every applicant");
  }
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  std::vector<std::string> applicants = {""};
  if (arguments.subject) {
    Vault& vault = *FAIRLINE_TRY(store->OpenVault());
    applicants = FAIRLINE_TRY(FindApplicants(store->database(), vault, *arguments.subject));
  }
  for (const std::string& id : applicants) {
    const LegalHold hold = FAIRLINE_TRY(PlaceHold(store->database(), store->ids(), SystemClock(),
                                                  id, arguments.reason, CurrentUser()));
    Print(fmt::format("hold {} on {}\n", hold.id, id.empty() ? "everything" : "applicant " + id));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("SUBJECT", "", &arguments->subject,
                   "An applicant_id, or your reference of the applicant");
  options.Switch("--all", &arguments->all, "Hold everything");
  options.Required("--reason", "TEXT", &arguments->reason, "Why, for the record; no personal data");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command HoldsPlaceCommand() {
  return {"holds place", "Place a legal hold",
          "fairline holds place app-2026-000123 --reason \"case 26-114\"\n"
          "fairline holds place --all --reason \"notice of investigation of 2026-11-02\"",
          Define};
}

}  // namespace fairline
