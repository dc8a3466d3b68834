// `fairline version`.
#include "fairline/cli/version.h"

#include <fmt/core.h>

#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"

namespace fairline {

const std::string_view kVersion = FAIRLINE_VERSION;

namespace {

Action Define(Options&) {
  return [](Context&) -> CommandResult {
    Print(fmt::format("fairline {}\n", kVersion));
    return ExitCode::kOk;
  };
}

}  // namespace

Command VersionCommand() { return {"version", "Print the version", "fairline --version", Define}; }

}  // namespace fairline
