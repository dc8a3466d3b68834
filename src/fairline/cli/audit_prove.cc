// `fairline audit prove`: a proof for someone who has a checkpoint and not the ledger.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/audit_report.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/ids.h"
#include "fairline/decisioning/store.h"
#include "fairline/ledger/proof.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> event_id;
  std::optional<int64_t> index, size, from, to;
  bool json = false;
};

std::expected<EventPlace, Failure> PlaceOf(const Arguments& arguments, Database& database) {
  if (arguments.event_id.has_value() == arguments.index.has_value()) {
    return UsageError("which event? Give its EVENT_ID or --index");
  }
  if (arguments.index) return FAIRLINE_TRY(PlaceAtIndex(database, *arguments.index));
  if (!IsUuid(*arguments.event_id)) {
    return UsageError(fmt::format("\"{}\" is no event id", *arguments.event_id));
  }
  return FAIRLINE_TRY(PlaceOfEvent(database, *arguments.event_id));
}

CommandResult ProveOneEvent(const Arguments& arguments, Database& database) {
  const EventPlace place = FAIRLINE_TRY(PlaceOf(arguments, database));
  const EventProof proof = FAIRLINE_TRY(ProveEvent(database, place, arguments.size));
  Print(arguments.json ? proof.Document().Pretty() + "\n" : proof.Text());
  PrintNote(fmt::format("event {} is the one at index {} under the checkpoint of {}, signed {}\n",
                        proof.event.event_id, proof.index,
                        CountOf(proof.checkpoint.tree_size, "event"),
                        TimeInWords(proof.checkpoint.created_at)));
  return ExitCode::kOk;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  if (arguments.from.has_value() != arguments.to.has_value()) {
    return UsageError("--from and --to belong together: the sizes of two checkpoints");
  }
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  if (!arguments.from) return ProveOneEvent(arguments, store->database());
  if (arguments.event_id || arguments.index || arguments.size) {
    return UsageError("--from and --to prove growth, not an event");
  }
  const GrowthProof proof =
      FAIRLINE_TRY(ProveGrowth(store->database(), *arguments.from, *arguments.to));
  Print(arguments.json ? proof.Document().Pretty() + "\n" : proof.Text());
  PrintNote(fmt::format("the checkpoint of {} only adds events to that of {}\n", *arguments.to,
                        *arguments.from));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("EVENT_ID", "", &arguments->event_id, "The event, as the audit log names it");
  options.Optional("--index", "N", &arguments->index, "The event at that index of the order");
  options.Optional("--size", "N", &arguments->size,
                   "Under the checkpoint of that many events (default: the newest)");
  options.Optional("--from", "N", &arguments->from,
                   "Prove instead that a checkpoint of so many events");
  options.Optional("--to", "N", &arguments->to, "became one of so many by adding events only");
  options.Switch("--json", &arguments->json, "An object instead of the proof's text");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command AuditProveCommand() {
  return {"audit prove", "Prove that an event stands under a checkpoint",
          "fairline audit prove 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89 > event.proof\n"
          "fairline audit prove --index 1203 --size 2000\n"
          "fairline audit prove --from 1000 --to 2000 > growth.proof",
          Define};
}

}  // namespace fairline
