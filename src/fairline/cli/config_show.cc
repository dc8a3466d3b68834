// `fairline config show`: what the program would run with, and where each value comes from.
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/json.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

struct Arguments {
  bool origin = false, limits = false, json = false;
};

Json LimitsJson() {
  Json json;
  json["request_header_bytes"] = limits::kRequestHeaderBytes;
  json["decision_body_bytes"] = limits::kDecisionBodyBytes;
  json["connections"] = limits::kConnections;
  json["server_threads"] = limits::kServerThreads;
  json["idle_timeout_seconds"] = limits::kIdleTimeoutSeconds;
  json["request_timeout_seconds"] = limits::kRequestTimeoutSeconds;
  json["drain_timeout_seconds"] = limits::kDrainTimeoutSeconds;
  json["json_depth"] = limits::kJsonDepth;
  json["yaml_nodes"] = limits::kYamlNodes;
  json["config_bytes"] = limits::kConfigBytes;
  json["model_bytes"] = limits::kModelBytes;
  json["bundle_file_bytes"] = limits::kBundleFileBytes;
  json["columns"] = limits::kColumns;
  json["csv_line_bytes"] = limits::kCsvLineBytes;
  json["categories_per_column"] = limits::kCategoriesPerColumn;
  json["category_bytes"] = limits::kCategoryBytes;
  json["batch_chunk_rows"] = limits::kBatchChunkRows;
  json["watched_ids"] = limits::kWatchedIds;
  json["journal_bytes"] = limits::kJournalBytes;
  json["table_cells"] = limits::kTableCells;
  json["arrow_memory_bytes"] = limits::kArrowMemoryBytes;
  json["trees"] = limits::kTrees;
  json["leaves_per_tree"] = limits::kLeavesPerTree;
  json["tree_depth"] = limits::kTreeDepth;
  json["monotonicity_visits"] = limits::kMonotonicityVisits;
  json["reasons"] = limits::kReasons;
  json["background_rows"] = limits::kBackgroundRows;
  json["external_ref_bytes"] = limits::kExternalRefBytes;
  json["idempotency_key_bytes"] = limits::kIdempotencyKeyBytes;
  json["amount_minor_max"] = limits::kAmountMinorMax;
  json["outcomes_per_request"] = limits::kOutcomesPerRequest;
  json["outcomes_body_bytes"] = limits::kOutcomesBodyBytes;
  json["writer_queue"] = limits::kWriterQueue;
  json["database_patience_millis"] = limits::kDatabasePatienceMillis;
  json["database_connections"] = limits::kDatabaseConnections;
  json["wal_bytes"] = limits::kWalBytes;
  json["cache_patience_millis"] = limits::kCachePatienceMillis;
  json["cache_failures"] = limits::kCacheFailures;
  json["memory_cache_bytes"] = limits::kMemoryCacheBytes;
  json["commit_batch"] = limits::kCommitBatch;
  return json;
}

void PrintLimits(bool as_json) {
  const Json limits = LimitsJson();
  if (as_json) {
    Print(limits.Pretty() + "\n");
    return;
  }
  for (const auto& [name, value] : limits.object()) {
    Print(fmt::format("{:<26} {}\n", name, value.Dump()));
  }
}

void PrintSettings(const std::vector<Config::Entry>& entries, const Arguments& arguments) {
  if (arguments.json) {
    Json json;
    for (const auto& entry : entries) {
      json[entry.name]["value"] = entry.value;
      json[entry.name]["origin"] = entry.origin;
    }
    Print(json.Pretty() + "\n");
    return;
  }
  size_t width = 0;
  for (const auto& entry : entries) width = std::max(width, entry.value.size());
  for (const auto& entry : entries) {
    if (arguments.origin) {
      Print(fmt::format("{:<26} {:<{}}  {}\n", entry.name, entry.value, width, entry.origin));
    } else {
      Print(fmt::format("{:<26} {}\n", entry.name, entry.value));
    }
  }
}

CommandResult Run(const Arguments& arguments, Context& context) {
  if (arguments.limits) {
    PrintLimits(arguments.json);
  } else {
    PrintSettings(context.config.Entries(), arguments);
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--origin", &arguments->origin, "Also where each value comes from");
  options.Switch("--limits", &arguments->limits, "The fixed limits instead of the settings");
  options.Switch("--json", &arguments->json, "An object");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ConfigShowCommand() {
  return {"config show", "Show the settings, where they come from, and the limits",
          "fairline config show --origin\nfairline --set server.port=9000 config show --origin\n"
          "fairline config show --limits",
          Define};
}

}  // namespace fairline
