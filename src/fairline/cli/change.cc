// Identities arrive with logins in a later release; until then the name is what the caller says.
#include "fairline/cli/change.h"

#include <fmt/core.h>

#include <cstdlib>

namespace fairline {

std::string CurrentUser() {
  const char* user = std::getenv("USER");
  return user != nullptr && *user != '\0' ? user : "cli";
}

void ChangeOptions::Declare(Options& options) {
  options.Optional("--user", "NAME", &user_, "Who makes the change (default: USER, else cli)");
  options.Optional("--reason", "TEXT", &reason_, "Why; kept in the history");
}

Change ChangeOptions::Get() const { return {user_.empty() ? CurrentUser() : user_, reason_}; }

std::string StageLine(const ModelVersion& version) {
  return fmt::format("{} {} is now in {}\n", version.name, version.version,
                     StageName(version.stage));
}

}  // namespace fairline
