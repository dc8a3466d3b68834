// `fairline backup prune`: old backups go, the newest good one never.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/backup_place.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> from;
  int64_t keep_days = 0;
  bool dry_run = false;
};

Status Remember(const PruneReport& report, OpenedPlace& opened, const Config& config) {
  const auto store = FAIRLINE_TRY(Store::Open(config));
  for (const std::string& id : report.backups) {
    FAIRLINE_TRY(RecordBackupEvent(store->database(), opened.Actor(), "backup.prune", id,
                                   Json::MakeObject()));
  }
  return {};
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.from));
  const PruneReport report = FAIRLINE_TRY(
      PruneBackups(opened->place(), arguments.keep_days, SystemClock(), arguments.dry_run));
  for (const std::string& id : report.backups) Print(id + "\n");
  if (!arguments.dry_run && !report.backups.empty()) {
    if (const Status kept = Remember(report, *opened, context.config); !kept) {
      PrintNote("the live ledger does not know of it: " + kept.error().message + "\n");
    }
  }
  PrintNote(fmt::format("{}{} backups, {} objects and {} log segments that only they needed\n",
                        arguments.dry_run ? "would delete " : "deleted ", report.backups.size(),
                        report.objects, report.wal_segments));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("--keep-days", "N", &arguments->keep_days,
                   "Delete backups made longer ago; the newest good one always stays");
  options.Switch("--dry-run", &arguments->dry_run, "Only say what would be deleted");
  DeclareLocation(options, "--from", &arguments->from);
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command BackupPruneCommand() {
  return {"backup prune", "Delete old backups",
          "fairline backup prune --keep-days 30 --dry-run\nfairline backup prune --keep-days 30",
          Define};
}

}  // namespace fairline
