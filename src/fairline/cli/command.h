// What a command is: its words, its help and how it runs. One file per command defines one.
#pragma once

#include <functional>
#include <string_view>

#include "fairline/cli/failure.h"
#include "fairline/cli/options.h"
#include "fairline/core/config.h"

namespace fairline {

/// What a command runs with.
struct Context {
  Config config;  // settings after file, environment and flags
};

using Action = std::function<CommandResult(Context&)>;

struct Command {
  std::string_view name;      // "models register"
  std::string_view summary;   // one line, a sentence without its full stop
  std::string_view examples;  // command lines, each on its own line; help shows them first
  /// Declares the options and returns what runs after they are parsed.
  Action (*define)(Options& options);
  /// `--config` belongs to the command (a training configuration), so the program's own file is
  /// given by `--settings`.
  bool own_config = false;
};

}  // namespace fairline
