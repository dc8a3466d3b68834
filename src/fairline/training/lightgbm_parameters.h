// The `lightgbm:` part of a training configuration: LightGBM's own parameters, by its names or
// scikit-learn's. Only parameters that keep a training reproducible and its model readable are let
// through, so a misspelt name is an error and not silently without effect.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"

namespace fairline {

struct LightGbmParameters {
  int max_rounds = 1500;  // num_iterations: the most trees a fold may grow
  int num_threads = 0;    // 0 = all cores
  /// The rest by LightGBM's name, in the order of the names.
  std::vector<std::pair<std::string, std::string>> values;

  const std::string* Find(std::string_view name) const;
  void Set(std::string name, std::string value);
};

/// What is used where the configuration says nothing: small trees and strong shrinkage of leaves
/// (measured in docs/guides/train.md). What depends on the table is added in cross_validation.cc.
LightGbmParameters DefaultLightGbmParameters();

/// The defaults overridden by the given map (null: none). `where` opens the messages.
Result<LightGbmParameters> ParseLightGbmParameters(const Json& map, const std::string& where);

}  // namespace fairline
