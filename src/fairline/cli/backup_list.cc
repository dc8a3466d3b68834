// `fairline backup list`: what there is to restore from.
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
  std::optional<std::string> from;
  bool json = false;
};

void PrintBackup(const std::string& id, const Result<BackupManifest>& manifest) {
  if (!manifest) {
    Print(fmt::format("{}  {}\n", id, manifest.error().message));
    return;
  }
  Print(fmt::format("{}  {:.19}Z  {:<10}  {:>9}  {:>10}\n", id,
                    FormatTimestamp(manifest->created_at_micros),
                    manifest->kind == DatabaseKind::kSqlite ? "sqlite" : "postgresql",
                    BytesText(manifest->database_bytes), manifest->facts.decisions));
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.from));
  const BackupPlace& place = opened->place();
  const auto ids = FAIRLINE_TRY(ListBackups(place.store));
  if (ids.empty() && !arguments.json) {
    PrintNote("there is no backup there yet\n");
    return ExitCode::kOk;
  }
  Json list = Json::MakeArray();
  bool all_good = true;
  if (!arguments.json) {
    Print(fmt::format("{:<36}  {:<20}  {:<10}  {:>9}  {:>10}\n", "ID", "CREATED", "KIND", "SIZE",
                      "DECISIONS"));
  }
  for (const std::string& id : ids) {
    const auto manifest = LoadManifest(place.store, id, place.keyring);
    all_good = all_good && manifest;
    if (!arguments.json) {
      PrintBackup(id, manifest);
    } else if (manifest) {
      list.Append(BackupJson(*manifest));
    } else {
      list.Append(Json::Object{{"id", id}, {"error", manifest.error().message}});
    }
  }
  if (arguments.json) Print(list.Pretty() + "\n");
  return all_good ? ExitCode::kOk : ExitCode::kNo;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  DeclareLocation(options, "--from", &arguments->from);
  options.Switch("--json", &arguments->json, "An array of objects");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command BackupListCommand() {
  return {"backup list", "List the backups, oldest first",
          "fairline backup list --from /mnt/backups\nfairline backup list --json", Define};
}

}  // namespace fairline
