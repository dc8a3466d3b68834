// The algorithms that `train` offers, and their parts of a training configuration: parameters by
// scikit-learn's and imbalanced-learn's names.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/training/ensembles/balanced_forest.h"
#include "fairline/training/ensembles/easy_ensemble.h"
#include "fairline/training/scorecard/train_scorecard.h"

namespace fairline {

enum class Algorithm { kLightGbm, kEasyEnsemble, kBalancedRandomForest, kScorecard };
std::string_view AlgorithmName(Algorithm algorithm);  // lightgbm, easy_ensemble, …
Result<Algorithm> ParseAlgorithm(std::string_view name);

/// The defaults overridden by the given map. `where` opens the messages.
Result<EasyEnsembleOptions> ParseEasyEnsemble(const Json& map, const std::string& where);
Result<BalancedForestOptions> ParseBalancedForest(const Json& map, const std::string& where);
Result<ScorecardOptions> ParseScorecardOptions(const Json& map, const std::string& where);

/// The options by the same names.
Json ToJson(const EasyEnsembleOptions& options);
Json ToJson(const BalancedForestOptions& options);
Json ToJson(const ScorecardOptions& options);

}  // namespace fairline
