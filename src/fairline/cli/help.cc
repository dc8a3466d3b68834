// Pages of plain text, at most 100 columns wide.
#include "fairline/cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"

namespace fairline {
namespace {

constexpr std::string_view kStart =
    R"(Fairline: credit decisions that are recorded, explained and replayable.

Start here:
  fairline data sample --rows 20000 --seed 1 --out applicants.csv
  fairline train --config examples/home_credit.yaml --data applicants.csv --out model
  fairline models register model --name credit
  fairline models transition credit 1 --stage Production
  fairline serve --port 8000

Commands:
)";

constexpr std::string_view kEnd = R"(
More:
  fairline help COMMAND       its examples and options
  fairline help exit-codes    what the program's exit codes say
  fairline help environment   the variables it reads
)";

constexpr std::string_view kExitCodes = R"(Exit codes:
  0    done
  1    the answer is no (a replay differs), or something given or needed is at fault: a bad file,
       a missing model, a full disk
  2    the command line is wrong
  4    not allowed
  130  interrupted
A reader of the output that goes away (`| head`) is not an error.
)";

constexpr std::string_view kEnvironment = R"(Variables:
  FAIRLINE_CONFIG        the settings file (default: ./fairline.yaml when there is one)
  FAIRLINE_<SETTING>     one setting: FAIRLINE_SERVER_PORT is server.port (`fairline config show`)
  FAIRLINE_NO_PROGRESS   no progress bars
  NO_COLOR               no colours
  USER                   who changes a model's stage, unless --user says so
)";

std::string Indented(std::string_view lines) {
  std::string text;
  size_t begin = 0;
  while (begin < lines.size()) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    text += fmt::format("  {}\n", lines.substr(begin, end - begin));
    begin = end + 1;
  }
  return text;
}

std::string Usage(const Command& command, const Options& options) {
  std::string usage = fmt::format("fairline {}", command.name);
  for (const auto& option : options.all()) {
    if (IsPositional(option)) {
      const std::string words = option.names + (IsMany(option) ? "..." : "");
      usage += option.required ? " " + words : fmt::format(" [{}]", words);
    } else if (option.required) {
      usage += fmt::format(" {} {}", LongName(option), option.value);
    }
  }
  return usage + " [options]";
}

std::string Left(const Option& option) {
  std::string names = option.names;
  for (size_t at = 0; (at = names.find(',', at)) != std::string::npos; at += 2) {
    names.replace(at, 1, ", ");
  }
  return option.value.empty() || IsPositional(option) ? names : names + " " + option.value;
}

std::string CommandList(const std::vector<Command>& commands, std::string_view noun) {
  std::string text;
  for (const auto& command : commands) {
    if (!noun.empty() && !command.name.starts_with(std::string(noun) + " ")) continue;
    text += fmt::format("  {:<20} {}\n", command.name, command.summary);
  }
  return text;
}

std::string PageOf(const Command& command) {
  Options options;
  command.define(options);
  GlobalOptions globals;
  globals.Declare(options, command);
  return CommandHelp(command, options);
}

}  // namespace

std::string CommandHelp(const Command& command, const Options& options) {
  std::string text =
      fmt::format("{}.\n\nExamples:\n{}\nUsage:\n  {}\n\nOptions:\n", command.summary,
                  Indented(command.examples), Usage(command, options));
  for (const auto& option : options.all()) {
    const std::string left = Left(option);
    constexpr size_t kLeftWidth = 26;
    const std::string gap(left.size() < kLeftWidth ? kLeftWidth - left.size() : 0, ' ');
    const std::string fold =
        left.size() < kLeftWidth ? "" : "\n" + std::string(kLeftWidth + 2, ' ');
    text += fmt::format("  {}{}{}{}\n", left, gap, fold, option.help);
  }
  return text;
}

CommandResult ShowHelp(const std::vector<Command>& commands,
                       const std::vector<std::string>& topic) {
  const std::string name = fmt::format("{}", fmt::join(topic, " "));
  if (name.empty()) {
    Print(std::string(kStart) + CommandList(commands, {}) + std::string(kEnd));
    return ExitCode::kOk;
  }
  if (name == "exit-codes" || name == "environment") {
    Print(name == "exit-codes" ? kExitCodes : kEnvironment);
    return ExitCode::kOk;
  }
  const auto found = std::ranges::find(commands, name, &Command::name);
  if (found != commands.end()) {
    Print(PageOf(*found));
    return ExitCode::kOk;
  }
  if (const std::string verbs = CommandList(commands, name); !verbs.empty()) {
    Print(fmt::format("Commands:\n{}", verbs));
    return ExitCode::kOk;
  }
  return UsageError(fmt::format("there is no help on \"{}\"", name), "fairline help");
}

}  // namespace fairline
