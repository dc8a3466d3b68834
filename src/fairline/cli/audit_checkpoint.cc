// `fairline audit checkpoint`: a signed statement of all events so far, to be kept elsewhere.
#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <thread>

#include "fairline/cli/audit_key.h"
#include "fairline/cli/audit_report.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/core/log.h"
#include "fairline/crypto/signature.h"
#include "fairline/ledger/ledger_tables.h"
#include "fairline/storage/data_key.h"

namespace fairline {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);

struct Arguments {
  bool public_key = false;
};

/// Signs, or lets the server that is at work do so, until everything of now is under a checkpoint.
Status SignAll(Store& store, const Config& config) {
  Keyring& keyring = *FAIRLINE_TRY(store.OpenKeyring());
  Metrics metrics;
  SequencerSettings settings = FAIRLINE_TRY(LedgerSettings(store, config));
  const int64_t patience_millis = settings.checkpoint_millis + 2 * settings.lease_millis;
  Sequencer sequencer(store.database(), keyring, SystemClock(), metrics, std::move(settings));
  const int64_t events = FAIRLINE_TRY(ReadLedgerSizes(store.database())).events;
  const int64_t start = SystemClock().MonotonicMicros();
  while (true) {
    FAIRLINE_TRY(sequencer.RunRound(true));
    const int64_t covered = FAIRLINE_TRY(ReadLedgerSizes(store.database())).signed_size;
    if (covered >= events) return {};
    if (SystemClock().MonotonicMicros() - start > 1000 * patience_millis) {
      PrintNote(fmt::format("{} are not under it yet: the server that signs is busy\n",
                            CountOf(events - covered, "newer event")));
      return {};
    }
    std::this_thread::sleep_for(kPause);
  }
}

CommandResult PrintPublicKey(Store& store, const Config& config) {
  Keyring& keyring = *FAIRLINE_TRY(store.OpenKeyring());
  const SecretKey key = FAIRLINE_TRY(DataKey(store.database(), keyring, kLedgerSigningKey));
  const std::string origin = config.String("ledger.origin");
  FAIRLINE_TRY(CheckOrigin(origin));
  Print(CheckpointVerifier{origin, SigningPublicKey(key)}.Text() + "\n");
  return ExitCode::kOk;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  if (arguments.public_key) return PrintPublicKey(*store, context.config);
  SetLogLevel(LogLevel::kWarning);  // who leads is of interest to a server's operator only
  FAIRLINE_TRY(SignAll(*store, context.config));
  const auto newest = FAIRLINE_TRY(NewestCheckpoint(store->database()));
  if (!newest) {
    return std::unexpected(
        Failure({ErrorCode::kFailedPrecondition, "the ledger is empty: nothing can be signed"}));
  }
  Print(newest->note);
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--public-key", &arguments->public_key,
                 "Print the key that checks checkpoints, instead of one");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command AuditCheckpointCommand() {
  return {"audit checkpoint", "Sign all events so far and print the checkpoint",
          "fairline audit checkpoint > kept/checkpoint.txt\n"
          "fairline audit checkpoint --public-key > kept/ledger.pub",
          Define};
}

}  // namespace fairline
