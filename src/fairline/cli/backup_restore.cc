// `fairline backup restore`: a backup becomes a folder to serve from.
#include <fmt/core.h>

#include <filesystem>
#include <memory>

#include "fairline/cli/backup_json.h"
#include "fairline/cli/backup_place.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/restore.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> id, from, until;
  std::string into;
  bool accept_findings = false;
};

/// What to type next. The keys are in no backup, so the new store is told where they are.
std::string NextSteps(const BackupManifest& manifest, const std::filesystem::path& into,
                      const Config& config) {
  const std::string keys =
      config.Secret("encryption.master_key").empty()
          ? fmt::format(" --set encryption.master_key_file={}",
                        std::filesystem::absolute(MasterKeyFile(config)).string())
          : "";
  if (manifest.kind == DatabaseKind::kSqlite) {
    return fmt::format("serve from it: fairline serve --storage {}{}\n", into.string(), keys);
  }
  return fmt::format(
      "start it:      pg_ctl -D {}/postgresql start   (as its owner; look at postgresql.conf and "
      "pg_hba.conf there first)\n"
      "serve from it: fairline serve --storage {} --set storage.database=postgresql://…{}\n",
      into.string(), into.string(), keys);
}

/// `2026-11-21T10:41:00Z`, with or without a fraction.
std::expected<int64_t, Failure> ReadMoment(const std::string& text) {
  auto moment = ParseTimestamp(text);
  const bool whole_seconds = !moment && text.ends_with('Z');
  if (whole_seconds) moment = ParseTimestamp(text.substr(0, text.size() - 1) + ".000000Z");
  if (moment) return *moment;
  return UsageError(fmt::format("--until: \"{}\" is not a time like 2026-11-21T10:41:00Z", text));
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.from));
  const BackupManifest manifest = FAIRLINE_TRY(opened->Choose(arguments.id));
  const InterruptScope interrupts;
  RestoreRequest request;
  request.into = arguments.into;
  request.cancelled = [] { return InterruptFlag().load(); };
  request.accept_ledger_findings = arguments.accept_findings;
  if (arguments.until) request.until_micros = FAIRLINE_TRY(ReadMoment(*arguments.until));
  request.erasure_lists = opened->LiveErasureLists(context.config);
  const Prepared prepared =
      FAIRLINE_TRY(RestoreBackup(opened->place(), manifest, request, opened->Actor()));
  Print(fmt::format("restored {} of {} into {} ({})\n", manifest.id,
                    FormatTimestamp(manifest.created_at_micros), arguments.into,
                    BackupText(manifest)));
  for (const std::string& finding : prepared.ledger_findings) PrintNote(finding + "\n");
  if (prepared.erased_again > 0) {
    PrintNote(fmt::format("erased again: {} applicants who were erased after the backup\n",
                          prepared.erased_again));
  }
  PrintNote(NextSteps(manifest, arguments.into, context.config));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("ID", "", &arguments->id, "The backup (default: the newest)");
  options.Required("--into", "DIR", &arguments->into, "A new or empty folder");
  options.Optional(
      "--until", "TIME", &arguments->until,
      "PostgreSQL: the moment to stop at, 2026-11-21T10:41:00Z (default: all there is)");
  options.Switch("--accept-findings", &arguments->accept_findings,
                 "Restore although the ledger does not verify, and say what it found");
  DeclareLocation(options, "--from", &arguments->from);
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command BackupRestoreCommand() {
  return {"backup restore", "Restore a backup into a new folder and check it",
          "fairline backup restore --from /mnt/backups --into /var/lib/fairline-restored\n"
          "fairline backup restore 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89 --into restored\n"
          "fairline backup restore --into restored --until 2026-11-21T10:41:00Z",
          Define};
}

}  // namespace fairline
