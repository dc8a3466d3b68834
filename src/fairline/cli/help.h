// Help: examples first, then options; everything comes from the commands' own declarations.
#pragma once

#include <string>
#include <vector>

#include "fairline/cli/command.h"

namespace fairline {

/// The page of one command; `options` holds its declared options.
std::string CommandHelp(const Command& command, const Options& options);

/// `fairline help [topic…]`: the list of commands, one noun's, one command's page, or a topic
/// (exit-codes, environment).
CommandResult ShowHelp(const std::vector<Command>& commands, const std::vector<std::string>& topic);

}  // namespace fairline
