// `fairline backup verify`: is every byte of it what was backed up?
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/backup_json.h"
#include "fairline/cli/backup_place.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> id, from;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.from));
  const BackupManifest manifest = FAIRLINE_TRY(opened->Choose(arguments.id));
  FAIRLINE_TRY(VerifyBackup(opened->place(), manifest));
  Print(fmt::format("good: {} of {} ({})\n", manifest.id,
                    FormatTimestamp(manifest.created_at_micros), BackupText(manifest)));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("ID", "", &arguments->id, "The backup (default: the newest)");
  DeclareLocation(options, "--from", &arguments->from);
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command BackupVerifyCommand() {
  return {"backup verify", "Open every byte of a backup without restoring it",
          "fairline backup verify --from /mnt/backups\n"
          "fairline backup verify 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89",
          Define};
}

}  // namespace fairline
