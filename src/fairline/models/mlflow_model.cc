// The flavors are described in MLflow's documentation of its model format ("MLmodel").
#include "fairline/models/mlflow_model.h"

#include <fmt/format.h>

namespace fairline {
namespace {

constexpr std::string_view kLightGbmVersion = "4.7.0";
constexpr std::string_view kPythonVersion = "3.11";

}  // namespace

std::map<std::string, std::string> MlflowFiles(std::string_view model_file) {
  std::map<std::string, std::string> files;
  files["MLmodel"] = fmt::format(
      "flavors:\n"
      "  lightgbm:\n"
      "    code: null\n"
      "    data: {0}\n"
      "    lgb_version: {1}\n"
      "    model_class: lightgbm.basic.Booster\n"
      "  python_function:\n"
      "    data: {0}\n"
      "    env:\n"
      "      conda: conda.yaml\n"
      "      virtualenv: python_env.yaml\n"
      "    loader_module: mlflow.lightgbm\n"
      "    python_version: '{2}'\n",
      model_file, kLightGbmVersion, kPythonVersion);
  files["requirements.txt"] = fmt::format("mlflow\nlightgbm=={}\n", kLightGbmVersion);
  files["conda.yaml"] = fmt::format(
      "name: mlflow-env\n"
      "channels:\n"
      "- conda-forge\n"
      "dependencies:\n"
      "- python={}\n"
      "- pip\n"
      "- pip:\n"
      "  - mlflow\n"
      "  - lightgbm=={}\n",
      kPythonVersion, kLightGbmVersion);
  files["python_env.yaml"] = fmt::format(
      "python: '{}'\n"
      "build_dependencies:\n"
      "- pip\n"
      "- setuptools\n"
      "- wheel\n"
      "dependencies:\n"
      "- -r requirements.txt\n",
      kPythonVersion);
  return files;
}

}  // namespace fairline
