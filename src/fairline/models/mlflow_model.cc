// The flavors are described in MLflow's documentation of its model format ("MLmodel").
#include "fairline/models/mlflow_model.h"

#include <fmt/format.h>

namespace fairline {

extern const std::string_view kMlflowScorer;  // models/mlflow_scorer.py

namespace {

constexpr std::string_view kPythonVersion = "3.11";
constexpr std::string_view kLightGbm = "lightgbm==4.7.0", kNumpy = "numpy";
constexpr std::string_view kScorerModule = "fairline_scorer";

std::string LightGbmFlavors(std::string_view model_file) {
  return fmt::format(
      "  lightgbm:\n"
      "    code: null\n"
      "    data: {0}\n"
      "    lgb_version: {1}\n"
      "    model_class: lightgbm.basic.Booster\n"
      "  python_function:\n"
      "    data: {0}\n"
      "    loader_module: mlflow.lightgbm\n",
      model_file, kLightGbm.substr(kLightGbm.rfind('=') + 1));
}

std::string ScorerFlavor(std::string_view model_file) {
  return fmt::format(
      "  python_function:\n"
      "    code: code\n"
      "    data: {}\n"
      "    loader_module: {}\n",
      model_file, kScorerModule);
}

}  // namespace

std::map<std::string, std::string> MlflowFiles(const Model& model, std::string_view model_file) {
  const bool trees = std::holds_alternative<TreeEnsemble>(model);
  const std::string_view needs = trees ? kLightGbm : kNumpy;
  std::map<std::string, std::string> files;
  files["MLmodel"] = fmt::format(
      "flavors:\n"
      "{}"
      "    env:\n"
      "      conda: conda.yaml\n"
      "      virtualenv: python_env.yaml\n"
      "    python_version: '{}'\n",
      trees ? LightGbmFlavors(model_file) : ScorerFlavor(model_file), kPythonVersion);
  files["requirements.txt"] = fmt::format("mlflow\n{}\n", needs);
  files["conda.yaml"] = fmt::format(
      "name: mlflow-env\n"
      "channels:\n"
      "- conda-forge\n"
      "dependencies:\n"
      "- python={}\n"
      "- pip\n"
      "- pip:\n"
      "  - mlflow\n"
      "  - {}\n",
      kPythonVersion, needs);
  files["python_env.yaml"] = fmt::format(
      "python: '{}'\n"
      "build_dependencies:\n"
      "- pip\n"
      "- setuptools\n"
      "- wheel\n"
      "dependencies:\n"
      "- -r requirements.txt\n",
      kPythonVersion);
  if (!trees) files[fmt::format("code/{}.py", kScorerModule)] = kMlflowScorer;
  return files;
}

}  // namespace fairline
