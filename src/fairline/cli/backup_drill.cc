// `fairline backup drill`: would we come through a disaster, and how fast?
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "fairline/cli/backup_place.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/drill.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::optional<std::string> id, from, into;
  int64_t replays = 100, rpo_minutes = 15, rto_minutes = 60;
  bool json = false;
};

/// The folder of a drill that nobody wants to keep.
class DrillFolder {
 public:
  DrillFolder() {
    std::string name = (fs::temp_directory_path() / "fairline-drill-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
    // Root runs PostgreSQL as another user, who must get through to the folder inside.
    if (geteuid() == 0) chmod(path_.c_str(), 0711);
  }
  DrillFolder(const DrillFolder&) = delete;
  DrillFolder& operator=(const DrillFolder&) = delete;
  ~DrillFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  fs::path restored() const { return path_ / "restored"; }

 private:
  fs::path path_;
};

/// The ledger of the live store remembers the drill. In a real disaster there is none to ask.
Status Remember(const DrillReport& report, OpenedPlace& opened, const Config& config) {
  const auto store = FAIRLINE_TRY(Store::Open(config));
  Json figures =
      Json::Object{{"passed", report.passed()},         {"rpo_seconds", report.rpo_seconds},
                   {"rto_seconds", report.rto_seconds}, {"decisions", report.decisions},
                   {"replayed", report.replayed},       {"replays_equal", report.replays_equal}};
  return RecordBackupEvent(store->database(), opened.Actor(), "backup.drill", report.backup_id,
                           std::move(figures));
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.from));
  const DrillFolder folder;
  DrillRequest request;
  request.into = arguments.into ? fs::path(*arguments.into) : folder.restored();
  request.id = arguments.id;
  request.replays = arguments.replays;
  request.rpo_goal_seconds = arguments.rpo_minutes * 60;
  request.rto_goal_seconds = arguments.rto_minutes * 60;
  request.erasure_lists = opened->LiveErasureLists(context.config);
  const InterruptScope interrupts;
  request.cancelled = [] { return InterruptFlag().load(); };
  const DrillReport report = FAIRLINE_TRY(RunDrill(opened->place(), request, opened->Actor()));
  Print(arguments.json ? report.ToJson().Pretty() + "\n" : report.Text());
  if (const Status kept = Remember(report, *opened, context.config); !kept) {
    PrintNote("the live ledger does not know of this drill: " + kept.error().message + "\n");
  }
  return report.passed() ? ExitCode::kOk : ExitCode::kNo;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("ID", "", &arguments->id, "The backup (default: the newest)");
  DeclareLocation(options, "--from", &arguments->from);
  options.Optional("--into", "DIR", &arguments->into,
                   "Keep what was restored in this new folder (default: a temporary one)");
  options.Optional("--replays", "N", &arguments->replays,
                   "Decisions to decide again, spread over time (default: 100)");
  options.Optional("--rpo-minutes", "N", &arguments->rpo_minutes,
                   "Goal for what may be lost (default: 15)");
  options.Optional("--rto-minutes", "N", &arguments->rto_minutes,
                   "Goal for the time to restore (default: 60)");
  options.Switch("--json", &arguments->json, "An object");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command BackupDrillCommand() {
  return {"backup drill", "Rehearse the disaster: restore, verify, replay, hold against the goals",
          "fairline backup drill\nfairline backup drill --from /mnt/backups --json\n"
          "fairline backup drill --into drill-2026-11 --replays 1000",
          Define};
}

}  // namespace fairline
