// `fairline models register`: a bundle's folder becomes the next version of a model.
#include <fmt/core.h>

#include <memory>

#include "fairline/cli/bundle_folder.h"
#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  std::string folder, name, description;
  ChangeOptions change;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const BundleFiles files = FAIRLINE_TRY(ReadBundleFolder(arguments.folder));
  const auto store = FAIRLINE_TRY(Store::OpenOrCreate(context.config));
  const ModelVersion version = FAIRLINE_TRY(store->registry().Register(
      arguments.name, files, arguments.description, arguments.change.Get()));
  Print(fmt::format("{} {} is registered (bundle {})\n", version.name, version.version,
                    version.bundle_digest.substr(0, 12)));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("FOLDER", "", &arguments->folder, "The bundle, as `fairline train` writes it");
  options.Required("--name", "NAME", &arguments->name, "The model it is a version of");
  options.Optional("--description", "TEXT", &arguments->description, "What is special about it");
  arguments->change.Declare(options);
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsRegisterCommand() {
  return {"models register", "Store a model bundle as the next version of a model",
          "fairline models register model --name credit --description \"first model\"", Define};
}

}  // namespace fairline
