// The options every command has, and how the program's settings come together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fairline/cli/command.h"

namespace fairline {

class GlobalOptions {
 public:
  void Declare(Options& options, const Command& command);
  /// Settings file, then FAIRLINE_* variables, then flags.
  std::expected<void, Failure> Apply(const Options& options,
                                     const std::vector<std::string>& environment,
                                     Config* config) const;

 private:
  std::optional<std::string> file_;
  std::vector<std::string> assignments_;
  bool no_color_ = false;
};

/// Whether a global option that stands before the command is followed by a value.
bool TakesValue(std::string_view option);

/// Declares `--storage` and, as the same thing, `--data`, for commands without a data set.
void DeclareStorage(Options& options);
/// Declares `--storage` alone, where `--data` is a data set.
void DeclareStorageBesideData(Options& options);

}  // namespace fairline
