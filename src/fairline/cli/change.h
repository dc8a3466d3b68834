// Who changes the registry, and why: options of every command that does.
#pragma once

#include <string>

#include "fairline/cli/options.h"
#include "fairline/registry/registry.h"

namespace fairline {

/// USER, else "cli".
std::string CurrentUser();

class ChangeOptions {
 public:
  void Declare(Options& options);
  Change Get() const;

 private:
  std::string user_, reason_;
};

/// "credit 3 is now in Production": what a change of stage came to.
std::string StageLine(const ModelVersion& version);

}  // namespace fairline
