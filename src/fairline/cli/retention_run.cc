// `fairline retention run`: disposes of what is older than any rule wants it kept.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/retention.h"

namespace fairline {
namespace {

struct Arguments {
  bool dry_run = false;
};

Result<std::vector<Disposal>> Dispose(Store& store, const RetentionPolicy& policy, bool dry_run) {
  const std::string_view verb = dry_run ? "counting" : "disposing";
  ProgressBar bar{std::string(verb)};
  return DisposeDue(store.database(), store.ids(), SystemClock(), policy, dry_run, CurrentUser(),
                    [&](int64_t done) {
                      bar.Update(kUnknownLength, 1, fmt::format("{}: {} records", verb, done));
                    });
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const RetentionPolicy policy = FAIRLINE_TRY(ReadRetentionPolicy(context.config));
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  const auto disposals = FAIRLINE_TRY(Dispose(*store, policy, arguments.dry_run));
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const auto rules = RulesOn(policy, today);
  for (size_t i = 0; i < disposals.size(); ++i) {
    const Disposal& disposal = disposals[i];
    Print(fmt::format("{:<20}{:>10} {} (before {}: {})", disposal.record_class, disposal.disposed,
                      arguments.dry_run ? "due" : "disposed of", FormatDate(rules[i].keep_from),
                      rules[i].because));
    if (disposal.held > 0) Print(fmt::format(", {} kept by a legal hold", disposal.held));
    Print("\n");
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--dry-run", &arguments->dry_run, "Only count what is due");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command RetentionRunCommand() {
  return {"retention run", "Dispose of records that no rule wants kept any longer",
          "fairline retention run --dry-run\nfairline retention run", Define};
}

}  // namespace fairline
