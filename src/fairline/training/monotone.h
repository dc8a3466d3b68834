// The `monotone:` part of a training configuration: which way the risk of default may go as a model
// input rises; and what came of it, proved or refuted on the trained model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/plan.h"
#include "fairline/models/bundle.h"
#include "fairline/models/monotonicity.h"

namespace fairline {

struct MonotoneConstraint {
  std::string feature;  // as the plan calls it
  Direction direction = Direction::kIncreasing;
  std::string where;  // "train.yaml:7: monotone", for messages
};

/// `{income: decreasing, debt: increasing}`. `source` names the file.
Result<std::vector<MonotoneConstraint>> ParseMonotone(const Json& map, std::string_view source);

/// LightGBM's numbers, one per model input: 1 rises, -1 falls, 0 free; empty without constraints.
/// kInvalidArgument with its place for a name that is no model input, or a category.
Result<std::vector<int>> MonotoneColumns(const std::vector<MonotoneConstraint>& constraints,
                                         const FeaturePlan& plan);

/// The same numbers as the model file has them, so also of a model that was trained elsewhere.
std::vector<int> MonotoneInModelFile(const ModelBundle& bundle);

enum class ShownInputs { kTelling, kAll };

/// One feature checked for all inputs (models/monotonicity.h): `feature`, `direction`, `verdict`;
/// refuted: `tells`, the inputs on which the difference rests, `rows`, two objects of these or of
/// all inputs, `raw_scores` (of an EasyEnsemble `model_scores`) and `probabilities`; undecided:
/// `bound`. `also_in` are the model inputs
/// that are computed from a field of that name and so move with it. Errors as CheckMonotonicity.
Result<Json> MonotonicityItem(const ModelBundle& bundle, size_t input, Direction direction,
                              ShownInputs shown = ShownInputs::kTelling);

/// The part `monotonicity` of a report: an item per constraint, in the order of the model inputs.
Result<Json> MonotonicityReport(const ModelBundle& bundle, const std::vector<int>& columns);

/// The scores of a refuted item's rows, and what they are called.
struct RefutedScores {
  std::string_view name;  // raw score, model score
  std::vector<double> scores;
};
RefutedScores RefutedScoresOf(const Json& item);

/// "income (decreasing): refuted" and what belongs to it, in one sentence for a person.
std::string MonotonicityLine(const Json& item);

/// A value of an item's row as a person writes it; missing is "missing".
std::string InputText(const Json& value);

}  // namespace fairline
