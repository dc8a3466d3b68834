// Exact attributions of an ensemble of stumps. docs/internals/shap.md has the definitions, which
// are part of the record format.
#pragma once

#include <memory>

#include "fairline/explain/explainer.h"
#include "fairline/models/stump_ensemble.h"

namespace fairline {

/// In mean bag margin. A margin is a sum over features, so its Shapley values need no coalitions:
/// what the votes of a feature's stumps are for the row, less their mean over the rows of the bag.
std::unique_ptr<const Explainer> MakeStumpShap(const StumpEnsemble& model, Engine engine);

/// In probability; base and attributions sum to the model score. The margin attributions of each
/// bag are carried along the straight path from its expected margin to the row's through the
/// logistic curve: Aumann-Shapley values (Aumann and Shapley, Values of Non-Atomic Games, 1974;
/// Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017).
std::unique_ptr<const Explainer> MakeStumpProbabilityShap(const StumpEnsemble& model);

/// The mean slope of the logistic curve from `from` to `from + change`, both finite: its rise over
/// the change, and in the limit of no change its derivative.
double MeanLogisticSlope(double from, double change);

}  // namespace fairline
