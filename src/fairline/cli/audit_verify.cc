// `fairline audit verify`: are the audit ledger and the decisions it speaks of what they were?
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/audit_key.h"
#include "fairline/cli/audit_report.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/file.h"
#include "fairline/core/limits.h"
#include "fairline/decisioning/record_check.h"

namespace fairline {
namespace {

struct Arguments {
  std::vector<std::string> checkpoints;
  std::optional<std::string> public_key;
  bool ledger_only = false, json = false;
};

// The rows of a decision have to be those that its event speaks of.
std::function<Result<std::string>(const LedgerEvent&)> RecordCheck(Database& database) {
  return [&database](const LedgerEvent& event) -> Result<std::string> {
    const EventPayload& payload = *event.payload;
    if (payload.action != "decisions.create") return std::string();
    return CheckRecord(database, payload.entity_id, payload.metadata);
  };
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  VerifyOptions options;
  options.public_key =
      FAIRLINE_TRY(LedgerVerifier(*store, context.config, arguments.public_key)).public_key;
  for (const std::string& file : arguments.checkpoints) {
    options.kept.push_back({file, FAIRLINE_TRY(ReadFile(file, limits::kConfigBytes))});
  }
  if (!arguments.ledger_only) options.check_event = RecordCheck(store->database());
  const InterruptScope interrupt;
  options.stop = &InterruptFlag();
  std::optional<ProgressBar> bar("verifying");
  options.progress = [&](int64_t done, int64_t total) {
    bar->Update(static_cast<double>(done), static_cast<double>(total));
  };
  const LedgerReport report = FAIRLINE_TRY(VerifyLedger(store->database(), options));
  bar.reset();
  Print(arguments.json ? ReportDocument(report).Pretty() + "\n"
                       : ReportPage(report, arguments.public_key.has_value()));
  return report.ok() ? ExitCode::kOk : ExitCode::kNo;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("--checkpoint", "FILE", &arguments->checkpoints,
                   "A checkpoint kept elsewhere, to compare with; may be repeated");
  options.Optional("--public-key", "FILE", &arguments->public_key,
                   "The ledger's public key, kept elsewhere");
  options.Switch("--ledger-only", &arguments->ledger_only,
                 "Leave out whether each stored decision is the one its event speaks of");
  options.Switch("--json", &arguments->json, "An object");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command AuditVerifyCommand() {
  return {"audit verify", "Check every event, checkpoint and recorded decision",
          "fairline audit verify\n"
          "fairline audit verify --checkpoint kept/checkpoint.txt --public-key kept/ledger.pub",
          Define};
}

}  // namespace fairline
