// The files that make a bundle's folder an MLflow model, so that `mlflow.lightgbm.load_model` and
// `mlflow.pyfunc.load_model` open it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace fairline {

/// Name -> bytes of MLmodel, requirements.txt, conda.yaml and python_env.yaml, for a LightGBM text
/// model in the file `model_file`. They hold no time and no id, so that equal bundles stay equal.
std::map<std::string, std::string> MlflowFiles(std::string_view model_file);

}  // namespace fairline
