// `fairline decisions replay`: does the record give the same decision again, bit for bit?
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/cli/store.h"
#include "fairline/decisioning/decision_store.h"

namespace fairline {
namespace {

struct Arguments {
  std::string id;
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

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const DecisionRecord record = FAIRLINE_TRY(LoadDecision(store->database(), arguments.id));
  const auto differences = FAIRLINE_TRY(ReplayDecision(store->registry(), record));
  if (differences.empty()) {
    Print(fmt::format("bit-equal: {} replayed with {} {}\n", record.decision_id, record.model_name,
                      record.model_version));
    return ExitCode::kOk;
  }
  PrintDifferences(differences);
  PrintNote(fmt::format("the replay of {} differs from its record\n", record.decision_id));
  return ExitCode::kNo;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("ID", "", &arguments->id, "The decision_id of the reply");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command DecisionsReplayCommand() {
  return {"decisions replay", "Decide again from the record and compare every bit",
          "fairline decisions replay 0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89", Define};
}

}  // namespace fairline
