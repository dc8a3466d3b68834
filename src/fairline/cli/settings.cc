// flag > FAIRLINE_* > fairline.yaml > default.
#include "fairline/cli/settings.h"

#include <fmt/core.h>

#include <filesystem>

#include "fairline/cli/output.h"
#include "fairline/core/file.h"
#include "fairline/core/limits.h"
#include "fairline/core/log.h"

namespace fairline {
namespace {

constexpr std::string_view kFileVariable = "FAIRLINE_CONFIG=";
constexpr std::string_view kDefaultFile = "fairline.yaml";

std::optional<std::string> FileOf(const std::vector<std::string>& environment) {
  for (const auto& variable : environment) {
    if (variable.starts_with(kFileVariable) && variable.size() > kFileVariable.size()) {
      return variable.substr(kFileVariable.size());
    }
  }
  if (std::error_code ignored; std::filesystem::exists(kDefaultFile, ignored)) {
    return std::string(kDefaultFile);
  }
  return std::nullopt;
}

}  // namespace

void GlobalOptions::Declare(Options& options, const Command& command) {
  options.Optional(command.own_config ? "--settings" : "--config", "FILE", &file_,
                   "Settings of the program (default: FAIRLINE_CONFIG, else ./fairline.yaml)");
  options.Optional("--set", "NAME=VALUE", &assignments_,
                   "One setting; may be repeated (`fairline config show` lists them)");
  options.Switch("--no-color", &no_color_, "Plain text (so do NO_COLOR and TERM=dumb)");
}

std::expected<void, Failure> GlobalOptions::Apply(const Options& options,
                                                  const std::vector<std::string>& environment,
                                                  Config* config) const {
  if (no_color_) DisableColour();
  const auto file = file_ ? file_ : FileOf(environment);
  if (file) {
    const std::string yaml = FAIRLINE_TRY(ReadFile(*file, limits::kConfigBytes));
    FAIRLINE_TRY(config->ApplyFile(yaml, *file));
  }
  FAIRLINE_TRY(config->ApplyEnvironment(environment));
  for (const auto& assignment : assignments_) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos) {
      return UsageError(fmt::format("--set takes NAME=VALUE, not \"{}\"", assignment),
                        "fairline config show");
    }
    if (auto applied =
            config->ApplyFlag(assignment.substr(0, equals), assignment.substr(equals + 1), "--set");
        !applied) {
      return UsageError(applied.error().message, "fairline config show");
    }
  }
  for (const auto& given : options.given_settings()) {
    if (auto applied = config->ApplyFlag(given.setting, given.value, given.flag); !applied) {
      return UsageError(applied.error().message);
    }
  }
  SetLogLevel(FAIRLINE_TRY(ParseLogLevel(config->String("log.level"))));
  return {};
}

bool TakesValue(std::string_view option) {
  return option == "--config" || option == "--settings" || option == "--set" ||
         option == "--storage";
}

void DeclareStorage(Options& options) {
  options.Setting("--storage,--data", "DIR", "storage.directory",
                  "Where models and decisions are stored (default: fairline-data)");
}

void DeclareStorageBesideData(Options& options) {
  options.Setting("--storage", "DIR", "storage.directory",
                  "Where models and decisions are stored (default: fairline-data)");
}

}  // namespace fairline
