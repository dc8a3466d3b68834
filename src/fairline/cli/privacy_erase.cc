// `fairline privacy erase`: destroys an applicant's data and keeps the evidence.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/erasure.h"
#include "fairline/governance/retention.h"
#include "fairline/governance/subjects.h"

namespace fairline {
namespace {

struct Arguments {
  std::string subject;
  bool dry_run = false;
};

std::string Counted(int64_t decisions) {
  return fmt::format("{} decision{}", decisions, decisions == 1 ? "" : "s");
}

// Art. 17(3)(b) GDPR leaves the law's retention duties alone, so the person who erases should know.
Status NoteRetention(const Erasure& erasure, const Config& config) {
  if (erasure.youngest_decision_at.empty()) return {};
  const RetentionPolicy policy = FAIRLINE_TRY(ReadRetentionPolicy(config));
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  for (const StatutoryPeriod& period : StatutoryPeriods()) {
    if (period.record_class != "consumer_decisions") continue;
    if (std::ranges::find(policy.regions, period.region) == policy.regions.end()) continue;
    const std::string from = FormatDate(AddMonths(today, -period.months));
    if (erasure.youngest_decision_at < from) continue;
    PrintNote(
        fmt::format("note: the youngest decision is of {}; {} asks for its record to be kept "
                    "({})\n",
                    erasure.youngest_decision_at.substr(0, 10), period.region, period.source));
  }
  return {};
}

void NoteCopies(const Erasure& erasure) {
  if (erasure.not_purged.empty()) return;
  PrintNote(
      fmt::format("note: the database still keeps copies of what was erased aside: {}\n"
                  "      they go by themselves later (docs/operating/privacy.md)\n",
                  erasure.not_purged));
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  const auto applicants = FAIRLINE_TRY(FindApplicants(store->database(), vault, arguments.subject));
  std::unique_ptr<ObjectStore> backups;
  std::vector<ObjectStore*> lists = {&store->objects()};
  if (const std::string location = context.config.String("backup.location"); !location.empty()) {
    backups = FAIRLINE_TRY(OpenObjectStore(location));
    lists.push_back(backups.get());
  }
  for (const std::string& id : applicants) {
    if (arguments.dry_run) {
      const auto decisions = FAIRLINE_TRY(DecisionsOf(store->database(), id));
      Print(fmt::format("would erase applicant {} of {}\n", id,
                        Counted(static_cast<int64_t>(decisions.size()))));
      continue;
    }
    const Erasure erasure = FAIRLINE_TRY(EraseApplicant(store->database(), vault, store->ids(),
                                                        SystemClock(), lists, id, CurrentUser()));
    Print(fmt::format("erased applicant {}; outcome, reasons and place in the ledger stay of {}\n",
                      id, Counted(erasure.decisions)));
    NoteCopies(erasure);
    FAIRLINE_TRY(NoteRetention(erasure, context.config));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("SUBJECT", "", &arguments->subject,
                   "An applicant_id, or your reference of the applicant");
  options.Switch("--dry-run", &arguments->dry_run, "Only say what would be erased");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command PrivacyEraseCommand() {
  return {"privacy erase", "Destroy an applicant's data; the ledger stays verifiable",
          "fairline privacy erase app-2026-000123\n"
          "fairline privacy erase app-2026-000123 --dry-run",
          Define};
}

}  // namespace fairline
