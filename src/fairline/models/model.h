// A model of any class, as its file describes it: inspectable, not fast. Engines that score it
// (models/engine/scorer.h) and explain it (explain/explainer.h) are built from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/models/scorecard.h"
#include "fairline/models/stump_ensemble.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

using Model = std::variant<TreeEnsemble, StumpEnsemble, Scorecard>;

/// Reads a model file: LightGBM's text, or the JSON of an EasyEnsemble or a scorecard.
/// kInvalidArgument or kUnsupported naming what is at fault.
Result<Model> ParseModel(std::string_view text);

/// What the model was given, in the order of a row's numbers.
const std::vector<std::string>& FeatureNames(const Model& model);

/// What it is made of: `kind` lightgbm (boosted trees in LightGBM's format, whoever grew them) or
/// random_forest, with its `trees`; easy_ensemble, with its `bags` and `stumps`; scorecard, with
/// its `characteristics`.
Json DescribeModel(const Model& model);
/// A description in words: "LightGBM, 78 trees".
std::string ModelWords(const Json& description);

/// Trees whose leaves sum to the raw score, up to rounding, for what can only take trees.
/// kUnsupported for a scorecard.
Result<TreeEnsemble> TreesOf(const Model& model);

/// What attributions of the model are made in, and how: what every stored attribution names.
struct AttributionKind {
  std::string_view method;  // path_dependent_tree_shap, scorecard
  std::string_view space;   // log_odds, probability, mean_bag_margin
};
AttributionKind AttributionsOf(const Model& model);

/// What a model says of one row before calibration.
struct ModelOutput {
  double raw_score = 0;    // in the space of the model's attributions, which sum to it
  double model_score = 0;  // the model's own probability of default
  double log_odds = 0;     // of the model score: what calibration makes a PD of
};

/// The output, by the model as it is written: what every engine must give bit for bit.
ModelOutput OutputOf(const Model& model, std::span<const double> features);

/// Log-odds of a probability that is a mean of `votes` members: one no nearer to 0 or 1 than half a
/// vote, since nothing finer was counted.
double LogOddsOfVotes(double probability, size_t votes);

}  // namespace fairline
