// The command line: `fairline <noun> <verb> [options]`.
#pragma once

#include <string>
#include <vector>

namespace fairline {

/// Runs one command line (without the program's name) in `environment` ("NAME=value" strings) and
/// returns the exit code.
int RunCommandLine(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment);

}  // namespace fairline
