// `fairline decisions replay`: does the record give the same decision again, bit for bit? For one
// decision, or for all since a day; or what another version would have decided on the same.
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/history_range.h"
#include "fairline/cli/output.h"
#include "fairline/cli/replay_history.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/replay.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  std::optional<std::string> id;
  HistoryRange range;
  ReplayHistoryTask task;
};

void PrintDifferences(const std::vector<ReplayDifference>& differences) {
  size_t field = std::string_view("FIELD").size();
  size_t recorded = std::string_view("RECORDED").size();
  for (const auto& difference : differences) {
    field = std::max(field, difference.field.size());
    recorded = std::max(recorded, difference.recorded.size());
  }
  Print(fmt::format("{:<{}}  {:<{}}  REPLAYED\n", "FIELD", field, "RECORDED", recorded));
  for (const auto& difference : differences) {
    Print(fmt::format("{:<{}}  {:<{}}  {}\n", difference.field, field, difference.recorded,
                      recorded, difference.replayed));
  }
}

CommandResult ReplayOne(const std::string& id, Store& store) {
  Vault& vault = *FAIRLINE_TRY(store.OpenVault());
  const DecisionRecord record = FAIRLINE_TRY(LoadDecision(store.database(), vault, id));
  if (record.erased_at_micros) {
    Print(fmt::format("erased: the applicant's data of {} were destroyed at {}\n",
                      record.decision_id, FormatTimestamp(*record.erased_at_micros)));
    return ExitCode::kNo;
  }
  const auto differences = FAIRLINE_TRY(Replayer(store.registry()).Replay(record));
  if (differences.empty()) {
    Print(fmt::format("bit-equal: {} replayed with {} {}\n", record.decision_id, record.model_name,
                      record.model_version));
    return ExitCode::kOk;
  }
  PrintDifferences(differences);
  PrintNote(fmt::format("the replay of {} differs from its record\n", record.decision_id));
  return ExitCode::kNo;
}

CommandResult Run(Arguments& arguments, Context& context) {
  if (arguments.id.has_value() == arguments.range.given()) {
    return UsageError("give a decision's ID, or --since DAY for all since then");
  }
  if (arguments.id && !arguments.task.model.empty()) {
    return UsageError("--model goes with --since: it compares many decisions");
  }
  FAIRLINE_TRY(arguments.range.Read());
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  if (arguments.id) return ReplayOne(*arguments.id, *store);
  arguments.task.since_micros = arguments.range.since_micros;
  arguments.task.until_micros = arguments.range.until_micros;
  return ReplayHistory(arguments.task, *store);
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("ID", "", &arguments->id, "The decision_id of the reply");
  arguments->range.Declare(options);
  options.Optional("--model", "VERSION", &arguments->task.model,
                   "What if: decide with this version instead (3, or NAME:3)");
  options.Optional("-o,--out", "FILE", &arguments->task.out,
                   "Write every decision that differs, as CSV");
  options.Switch("--json", &arguments->task.json, "The summary as JSON");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command DecisionsReplayCommand() {
  return {"decisions replay", "Decide again from the record and compare every bit",
          "fairline decisions replay 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89\n"
          "fairline decisions replay --since 2026-11-01\n"
          "fairline decisions replay --since 2026-11-01 --model 4 --out changed.csv",
          Define};
}

}  // namespace fairline
