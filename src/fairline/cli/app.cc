// The map of all commands, and the way from a command line to the one that is meant.
#include "fairline/cli/app.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/cli/commands.h"
#include "fairline/cli/help.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/suggest.h"
#include "fairline/models/engine/engine.h"

namespace fairline {
namespace {

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      DataSampleCommand(),          // data sample
      FeaturesApplyCommand(),       // features apply
      TrainCommand(),               // train
      ModelsImportCommand(),        // models import
      ModelsRegisterCommand(),      // models register
      ModelsTransitionCommand(),    // models transition
      ModelsListCommand(),          // models list
      ModelsShowCommand(),          // models show
      ModelsReportCommand(),        // models report
      ModelsRollbackCommand(),      // models rollback
      ModelsExplainCommand(),       // models explain
      ModelsEnginesCommand(),       // models engines
      ModelsMonotonicityCommand(),  // models monotonicity
      ServeCommand(),               // serve
      PredictCommand(),             // predict
      DecisionsShowCommand(),       // decisions show
      DecisionsReplayCommand(),     // decisions replay
      AuditVerifyCommand(),         // audit verify
      AuditCheckpointCommand(),     // audit checkpoint
      AuditProveCommand(),          // audit prove
      AuditExportCommand(),         // audit export
      BackupCreateCommand(),        // backup create
      BackupListCommand(),          // backup list
      BackupVerifyCommand(),        // backup verify
      BackupRestoreCommand(),       // backup restore
      BackupDrillCommand(),         // backup drill
      BackupPruneCommand(),         // backup prune
      BackupArchiveWalCommand(),    // backup archive-wal
      BackupFetchWalCommand(),      // backup fetch-wal
      OutcomesImportCommand(),      // outcomes import
      PrivacyExportCommand(),       // privacy export
      PrivacyEraseCommand(),        // privacy erase
      HoldsPlaceCommand(),          // holds place
      HoldsReleaseCommand(),        // holds release
      HoldsListCommand(),           // holds list
      RetentionShowCommand(),       // retention show
      RetentionRunCommand(),        // retention run
      KeysRotateCommand(),          // keys rotate
      ConfigShowCommand(),          // config show
      VersionCommand(),             // version
  };
  return commands;
}

/// A command and the words that follow its name.
struct Chosen {
  const Command* command;
  std::vector<std::string> rest;
};

const Command* FindCommand(std::string_view name) {
  const auto found = std::ranges::find(Commands(), name, &Command::name);
  return found == Commands().end() ? nullptr : &*found;
}

std::unexpected<Failure> UnknownCommand(const std::vector<std::string>& words) {
  const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  std::vector<std::string> names, verbs;
  for (const auto& command : Commands()) {
    names.emplace_back(command.name);
    if (!command.name.starts_with(words[0] + " ")) continue;
    verbs.emplace_back(command.name.substr(words[0].size() + 1));
  }
  if (!verbs.empty() && words.size() == 1) {
    return UsageError(fmt::format("{} what? One of {}", words[0], fmt::join(verbs, ", ")),
                      fmt::format("fairline help {}", words[0]));
  }
  const std::string& unknown = words.size() > 1 && !verbs.empty() ? two : words[0];
  std::string meant = DidYouMean(two, names);
  if (meant.empty()) meant = DidYouMean(words[0], names);
  return UsageError(fmt::format("there is no command \"{}\"{}", unknown, meant), "fairline help");
}

/// Options that stand before the command's name are moved behind it.
std::expected<Chosen, Failure> Choose(const std::vector<std::string>& arguments) {
  std::vector<std::string> leading, words;
  size_t i = 0;
  for (; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    leading.push_back(arguments[i]);
    const bool has_value = TakesValue(arguments[i]);
    if (has_value && i + 1 < arguments.size()) leading.push_back(arguments[++i]);
  }
  words.assign(arguments.begin() + static_cast<ptrdiff_t>(i), arguments.end());
  if (words.empty()) return UsageError("which command?", "fairline help");
  size_t used = 2;
  const Command* command = words.size() > 1 ? FindCommand(words[0] + " " + words[1]) : nullptr;
  if (command == nullptr) {
    command = FindCommand(words[0]);
    used = 1;
  }
  if (command == nullptr) return UnknownCommand(words);
  Chosen chosen{command, std::move(leading)};
  chosen.rest.insert(chosen.rest.end(), words.begin() + static_cast<ptrdiff_t>(used), words.end());
  return chosen;
}

bool AsksForHelp(const std::vector<std::string>& arguments) {
  return std::ranges::any_of(arguments, [](const std::string& argument) {
    return argument == "--help" || argument == "-h";
  });
}

Status ChooseEngine(const Config& config) {
  auto engine = ParseEngine(config.String("scoring.engine"));
  if (!engine) {
    engine.error().message = "scoring.engine: " + engine.error().message;
    return std::unexpected(std::move(engine).error());
  }
  SetDefaultEngine(*engine);
  return {};
}

CommandResult RunCommand(const Chosen& chosen, const std::vector<std::string>& environment) {
  Options options;
  const Action action = chosen.command->define(options);
  GlobalOptions globals;
  globals.Declare(options, *chosen.command);
  if (AsksForHelp(chosen.rest)) {
    Print(CommandHelp(*chosen.command, options));
    return ExitCode::kOk;
  }
  const auto run = [&]() -> CommandResult {
    FAIRLINE_TRY(options.Parse(chosen.rest));
    Context context;
    FAIRLINE_TRY(globals.Apply(options, environment, &context.config));
    FAIRLINE_TRY(ChooseEngine(context.config));
    return action(context);
  };
  CommandResult result = run();
  if (!result && result.error().exit_code == ExitCode::kUsage && result.error().hint.empty()) {
    result.error().hint = fmt::format("fairline {} --help", chosen.command->name);
  }
  return result;
}

CommandResult Run(const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment) {
  if (arguments.empty() || arguments[0] == "help" || arguments[0] == "--help" ||
      arguments[0] == "-h") {
    const size_t used = arguments.empty() ? 0 : 1;
    return ShowHelp(Commands(),
                    {arguments.begin() + static_cast<ptrdiff_t>(used), arguments.end()});
  }
  if (arguments[0] == "--version") return RunCommand({FindCommand("version"), {}}, environment);
  // `fairline models --help`: the verbs of a noun.
  if (arguments.size() == 2 && AsksForHelp(arguments) && FindCommand(arguments[0]) == nullptr) {
    return ShowHelp(Commands(), {arguments[0]});
  }
  auto chosen = Choose(arguments);
  if (!chosen) return std::unexpected(std::move(chosen).error());
  return RunCommand(*chosen, environment);
}

}  // namespace

int RunCommandLine(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment) {
  CommandResult outcome = Run(arguments, environment);
  if (const Status flushed = FlushOutput(); !flushed && outcome) {
    outcome = std::unexpected(Failure(flushed.error()));
  }
  if (outcome) return static_cast<int>(*outcome);
  if (IsClosedPipe(outcome.error().error)) return static_cast<int>(ExitCode::kOk);
  PrintFailure(outcome.error());
  return static_cast<int>(outcome.error().exit_code);
}

}  // namespace fairline
