// `fairline models monotonicity`: whether a model is monotone in a model input, for all inputs.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/suggest.h"
#include "fairline/training/monotone.h"

namespace fairline {
namespace {

struct Arguments {
  std::string model, bundle, feature, direction;
  bool json = false;
};

struct Wanted {
  size_t input = 0;
  Direction direction = Direction::kIncreasing;
};

/// The one that is asked for, or all that the model was constrained in.
std::expected<std::vector<Wanted>, Failure> WhatToCheck(const Arguments& arguments,
                                                        const ModelBundle& bundle) {
  std::vector<Wanted> wanted;
  if (arguments.feature.empty()) {
    const std::vector<int> columns = MonotoneInModelFile(bundle);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] == 0) continue;
      wanted.push_back({i, columns[i] > 0 ? Direction::kIncreasing : Direction::kDecreasing});
    }
    if (!wanted.empty()) return wanted;
    return UsageError("the model was trained without monotone constraints",
                      "say what to check by --feature and --direction");
  }
  std::vector<std::string> names;
  for (const Feature& feature : bundle.plan.features()) names.push_back(feature.name);
  const auto found = std::ranges::find(names, arguments.feature);
  if (found == names.end()) {
    return std::unexpected(
        Failure({ErrorCode::kNotFound, fmt::format("{} is not a model input{}", arguments.feature,
                                                   DidYouMean(arguments.feature, names))}));
  }
  wanted.push_back({static_cast<size_t>(found - names.begin()),
                    FAIRLINE_TRY(ParseDirection(arguments.direction))});
  return wanted;
}

/// The two rows beside each other, the feature first.
std::string RowsTable(const Json& item) {
  const std::string& feature = item.Find("feature")->string();
  std::vector<std::string> names = {feature};
  for (const Json& name : item.Find("tells")->array()) {
    if (name.string() != feature) names.push_back(name.string());
  }
  size_t width = 16;
  for (const std::string& name : names) width = std::max(width, name.size());
  const Json::Array& rows = item.Find("rows")->array();
  std::string table = fmt::format("  {:<{}}  {:>20}  {:>20}\n", "", width, "one row", "the other");
  const auto add = [&](std::string_view name, const std::string& low, const std::string& high) {
    table += fmt::format("  {:<{}}  {:>20}  {:>20}\n", name, width, low, high);
  };
  for (const std::string& name : names) {
    add(name, InputText(*rows[0].Find(name)), InputText(*rows[1].Find(name)));
  }
  const auto [what, scores] = RefutedScoresOf(item);
  const Json::Array& probabilities = item.Find("probabilities")->array();
  add(what, fmt::format("{:.9g}", scores[0]), fmt::format("{:.9g}", scores[1]));
  add("probability", fmt::format("{:.6f}", probabilities[0].number()),
      fmt::format("{:.6f}", probabilities[1].number()));
  return table;
}

std::string Shown(const Json& item) {
  std::string text = MonotonicityLine(item) + "\n";
  if (item.Find("rows") != nullptr) text += RowsTable(item);
  std::string others;
  for (const Json& name : item.Find("also_in")->array()) {
    others += (others.empty() ? "" : ", ") + name.string();
  }
  if (!others.empty()) text += "  held as they are, though computed from it: " + others + "\n";
  return text;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  if (!arguments.model.empty() && !arguments.bundle.empty()) {
    return UsageError("give either MODEL or --bundle");
  }
  if (arguments.feature.empty() != arguments.direction.empty()) {
    return UsageError("--feature and --direction belong together");
  }
  if (!arguments.direction.empty()) {
    const auto direction = ParseDirection(arguments.direction);
    if (!direction) return UsageError(direction.error().message);
  }
  const ChosenModel model =
      FAIRLINE_TRY(arguments.bundle.empty() ? ModelByReference(context.config, arguments.model)
                                            : ModelInFolder(arguments.bundle));
  Json items = Json::MakeArray();
  bool proved = true;
  for (const Wanted& wanted : FAIRLINE_TRY(WhatToCheck(arguments, model.bundle))) {
    Json item =
        FAIRLINE_TRY(MonotonicityItem(model.bundle, wanted.input, wanted.direction,
                                      arguments.json ? ShownInputs::kAll : ShownInputs::kTelling));
    proved = proved && item.Find("verdict")->string() == "proved";
    if (!arguments.json) Print(Shown(item));
    items.Append(std::move(item));
  }
  if (arguments.json) Print(items.Dump() + "\n");
  return proved ? ExitCode::kOk : ExitCode::kNo;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("MODEL", "", &arguments->model,
                   "A registered model: NAME or NAME:VERSION (default: the one in Production)");
  options.Optional("--bundle", "DIR", &arguments->bundle, "A bundle that is not registered");
  options.Optional("--feature", "NAME", &arguments->feature,
                   "A model input (default: all that the model was constrained in)");
  options.Optional("--direction", "DIRECTION", &arguments->direction,
                   "Of the risk as it rises: increasing or decreasing");
  options.Switch("--json", &arguments->json, "Machine-readable, with every input of the rows");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsMonotonicityCommand() {
  return {
      "models monotonicity",
      "Prove that the risk only rises, or only falls, with a model input, or show two rows",
      "fairline models monotonicity credit\n"
      "fairline models monotonicity credit:3 --feature AMT_INCOME_TOTAL --direction decreasing\n"
      "fairline models monotonicity --bundle model --json",
      Define};
}

}  // namespace fairline
