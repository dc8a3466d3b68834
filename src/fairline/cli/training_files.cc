// The training module opens no file: this is where its words come from.
#include "fairline/cli/training_files.h"

#include <fmt/core.h>

#include <filesystem>

#include "fairline/cli/output.h"
#include "fairline/core/file.h"
#include "fairline/core/limits.h"

namespace fairline {

Result<TrainingConfig> ReadTrainingConfig(const std::string& path) {
  const std::string yaml = FAIRLINE_TRY(ReadFile(path, limits::kConfigBytes));
  TrainingConfig config = FAIRLINE_TRY(ParseTrainingConfig(yaml, path));
  if (!config.features_file.empty()) {
    const auto beside = std::filesystem::path(path).parent_path() / config.features_file;
    config.features_file = beside.string();
    const std::string definitions = FAIRLINE_TRY(ReadFile(beside, limits::kConfigBytes));
    FAIRLINE_TRY(UseFeatures(definitions, config));
  }
  return config;
}

void PrintLeftOut(const FeaturePlan& plan) {
  for (const auto& [name, reason] : plan.left_out()) {
    PrintNote(fmt::format("left out {}: {}\n", name, reason));
  }
}

}  // namespace fairline
