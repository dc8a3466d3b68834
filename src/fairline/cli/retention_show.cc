// `fairline retention show`: from which day on what is kept, and why.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/json.h"
#include "fairline/governance/retention.h"

namespace fairline {
namespace {

struct Arguments {
  bool json = false;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const RetentionPolicy policy = FAIRLINE_TRY(ReadRetentionPolicy(context.config));
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const auto rules = RulesOn(policy, today);
  if (arguments.json) {
    Json document = Json::MakeArray();
    for (const RetentionRule& rule : rules) {
      document.Append(Json::Object{{"record_class", rule.record_class},
                                   {"keep_from", FormatDate(rule.keep_from)},
                                   {"because", rule.because}});
    }
    Print(document.Pretty() + "\n");
    return ExitCode::kOk;
  }
  Print(fmt::format("{:<20}{:<12}{}\n", "RECORD CLASS", "KEPT FROM", "BECAUSE OF"));
  for (const RetentionRule& rule : rules) {
    Print(fmt::format("{:<20}{:<12}{}\n", rule.record_class, FormatDate(rule.keep_from),
                      rule.because));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Switch("--json", &arguments->json, "As JSON");
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command RetentionShowCommand() {
  return {"retention show", "Show how long each record class is kept, and why",
          "fairline retention show", Define};
}

}  // namespace fairline
