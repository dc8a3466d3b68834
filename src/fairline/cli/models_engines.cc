// `fairline models engines`: how a model can be scored and explained on this machine.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/explain/explainer.h"
#include "fairline/models/engine/scorer.h"

namespace fairline {
namespace {

struct Arguments {
  std::string model, bundle;
  bool json = false;
};

/// What each engine makes of a model; without one only which engines there are.
Json EnginesJson(const ModelBundle* bundle) {
  Json engines = Json::MakeArray();
  for (const Engine engine : Engines()) {
    Json item =
        Json::Object{{"engine", EngineName(engine)}, {"default", engine == DefaultEngine()}};
    if (bundle != nullptr) {
      item["scores"] = CompileScorer(bundle->model, engine)->what();
      item["attributions"] = EngineName(MakeExplainer(bundle->model, engine)->engine());
    }
    engines.Append(std::move(item));
  }
  return engines;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  std::optional<ChosenModel> model;
  if (!arguments.bundle.empty()) {
    model = FAIRLINE_TRY(ModelInFolder(arguments.bundle));
  } else if (!arguments.model.empty()) {
    model = FAIRLINE_TRY(ModelByReference(context.config, arguments.model));
  }
  const Json engines = EnginesJson(model ? &model->bundle : nullptr);
  if (arguments.json) {
    Print(engines.Dump() + "\n");
    return ExitCode::kOk;
  }
  for (const Json& item : engines.array()) {
    std::string line = fmt::format("{} {:<10}", item.Find("default")->boolean() ? "*" : " ",
                                   item.Find("engine")->string());
    if (model) {
      line += fmt::format(" scores: {}; attributions: {}", item.Find("scores")->string(),
                          item.Find("attributions")->string());
    }
    Print(line + "\n");
  }
  PrintNote("fastest first, * is used; all give the same bits (setting scoring.engine)\n");
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("MODEL", "", &arguments->model, "A registered model: NAME or NAME:VERSION");
  options.Optional("--bundle", "DIR", &arguments->bundle, "A bundle that is not registered");
  options.Switch("--json", &arguments->json, "Machine-readable");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsEnginesCommand() {
  return {"models engines", "List the engines this machine runs, fastest first",
          "fairline models engines\n"
          "fairline models engines credit\n"
          "fairline predict applicants.csv --set scoring.engine=portable",
          Define};
}

}  // namespace fairline
