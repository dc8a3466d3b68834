// `fairline audit export`: the ledger as a file that can be verified without this program.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/audit_report.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/date.h"
#include "fairline/data/output_file.h"
#include "fairline/decisioning/store.h"
#include "fairline/ledger/export.h"

namespace fairline {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

struct Arguments {
  std::optional<std::string> since;
  std::string out = "-";
};

std::expected<int64_t, Failure> FirstIndex(const Arguments& arguments, Database& database) {
  if (!arguments.since) return 0;
  const auto day = ParseDate(*arguments.since);
  if (!day) {
    return UsageError(fmt::format("--since: \"{}\" is not a day (2026-11-21)", *arguments.since));
  }
  return FAIRLINE_TRY(SizeSignedBefore(database, day->time_since_epoch().count() * kMicrosPerDay));
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  ExportOptions options;
  options.first_index = FAIRLINE_TRY(FirstIndex(arguments, store->database()));
  OutputFile file = FAIRLINE_TRY(OutputFile::Create(arguments.out));
  options.write = [&](std::string_view line) { return file.Write(line); };
  std::optional<ProgressBar> bar("exporting");
  options.progress = [&](int64_t done, int64_t total) {
    bar->Update(static_cast<double>(done), static_cast<double>(total));
  };
  const ExportSummary summary = FAIRLINE_TRY(ExportLedger(store->database(), options));
  FAIRLINE_TRY(file.Commit());
  bar.reset();
  PrintNote(fmt::format("{} from index {}, {} ({} erased), {}\n",
                        CountOf(summary.tree_size - summary.first_index, "event"),
                        summary.first_index,
                        CountOf(summary.not_ordered, "event") + " without an index yet",
                        summary.erased, CountOf(summary.checkpoints, "checkpoint")));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("--since", "DAY", &arguments->since,
                   "From the last checkpoint before this day (UTC) on; default: everything");
  options.Optional("-o,--out", "FILE", &arguments->out, "JSON lines; default: stdout");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command AuditExportCommand() {
  return {"audit export", "Write the ledger to a file that anyone can verify",
          "fairline audit export --out ledger.jsonl\n"
          "fairline audit export --since 2026-11-01 --out november.jsonl",
          Define};
}

}  // namespace fairline
