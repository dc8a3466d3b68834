// `fairline backup create`: the whole record, sealed, to another place.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/backup_json.h"
#include "fairline/cli/backup_place.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> to;
  bool json = false;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  // A store that has sealed nothing yet gets its key here: what is sealed now must stay openable.
  FAIRLINE_TRY(store->OpenKeyring());
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.to));
  const LiveStore live{DatabaseUrl(context.config), store->database(), ObjectsUrl(context.config),
                       store->objects()};
  const InterruptScope interrupts;
  const BackupManifest made = FAIRLINE_TRY(
      CreateBackup(opened->place(), live, opened->Actor(), [] { return InterruptFlag().load(); }));
  if (arguments.json) {
    Print(BackupJson(made).Pretty() + "\n");
  } else {
    Print(made.id + "\n");
    PrintNote(fmt::format("backed up: {}\n", BackupText(made)));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  DeclareLocation(options, "--to", &arguments->to);
  options.Switch("--json", &arguments->json, "An object");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command BackupCreateCommand() {
  return {"backup create", "Back up database and models, sealed, while the server runs",
          "fairline backup create --to /mnt/backups\n"
          "fairline backup create --to 's3://bucket/fairline?region=eu-west-1'",
          Define};
}

}  // namespace fairline
