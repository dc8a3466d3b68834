// `fairline keys rotate`: a new master key, under a running service.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/key_rotation.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

struct Arguments {
  bool rewrap_only = false, retire = false;
};

Status RecordRotation(Store& store, const std::string& key_id, int64_t rewrapped) {
  const AuditEvent event{.id = store.ids().Next(),
                         .entity_type = "master_key",
                         .entity_id = key_id,
                         .action = "keys.rotate",
                         .user_id = CurrentUser(),
                         .metadata = Json::Object{{"rewrapped", rewrapped}},
                         .created_at_micros = SystemClock().NowMicros()};
  return store.database().Write(
      [&](Transaction& transaction) { return AppendEvent(transaction, event); });
}

Result<int64_t> Rewrap(Database& database, Keyring& keyring, Vault& vault) {
  ProgressBar bar("wrapping");
  return RewrapKeys(database, keyring, vault, [&](int64_t done) {
    bar.Update(kUnknownLength, 1, fmt::format("wrapping: {} keys", done));
  });
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  Keyring& keyring = *FAIRLINE_TRY(store->OpenKeyring());
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  if (!arguments.rewrap_only) FAIRLINE_TRY(keyring.Rotate());
  // Servers look at the file that often, and wrap new keys by the old master key until then.
  if (arguments.retire)
    std::this_thread::sleep_for(4 * std::chrono::milliseconds(Keyring::kRefreshMillis));
  const int64_t rewrapped = FAIRLINE_TRY(Rewrap(store->database(), keyring, vault));
  FAIRLINE_TRY(RecordRotation(*store, keyring.ids().front(), rewrapped));
  Print(fmt::format("master key {} is active; {} keys wrapped by it again\n", keyring.ids().front(),
                    rewrapped));
  if (arguments.retire) {
    FAIRLINE_TRY(keyring.Retire());
    PrintNote("older master keys are out of the file; backups made before need them still\n");
  } else if (keyring.ids().size() > 1) {
    PrintNote("older master keys stay in the file: backups made before need them\n");
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--rewrap-only", &arguments->rewrap_only,
                 "No new key: wrap by the one that is active now");
  options.Switch("--retire", &arguments->retire, "Then take the older keys out of the file");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command KeysRotateCommand() {
  return {"keys rotate", "Make a new master key and wrap every data key by it",
          "fairline keys rotate", Define};
}

}  // namespace fairline
