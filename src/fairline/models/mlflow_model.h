// The files that make a bundle's folder an MLflow model, so that `mlflow.pyfunc.load_model` opens
// it, and `mlflow.lightgbm.load_model` where it is one.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "fairline/models/model.h"

namespace fairline {

/// Name -> bytes of MLmodel, requirements.txt, conda.yaml and python_env.yaml, for a model in the
/// file `model_file`; and of code/, a scorer that needs numpy only, where the model is not
/// LightGBM's. They hold no time and no id, so that equal bundles stay equal.
std::map<std::string, std::string> MlflowFiles(const Model& model, std::string_view model_file);

}  // namespace fairline
