// Whether a trained model is monotone in a feature, for all inputs
// (docs/internals/monotonicity.md). Constraints in training are a wish: LightGBM does not always
// keep them (its issue 6155).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fairline/core/limits.h"
#include "fairline/core/result.h"
#include "fairline/models/model.h"

namespace fairline {

/// Which way the risk of default goes as the feature rises.
enum class Direction { kIncreasing, kDecreasing };
std::string_view DirectionName(Direction direction);  // increasing, decreasing
Result<Direction> ParseDirection(std::string_view name);

enum class MonotonicityVerdict { kProved, kRefuted, kUndecided };
std::string_view MonotonicityVerdictName(MonotonicityVerdict verdict);  // proved, …

/// Two rows that differ in the feature only, by which the wanted direction is refuted.
struct Counterexample {
  std::vector<double> low_row, high_row;  // the feature is higher in high_row
  double low_score = 0, high_score = 0;   // raw scores; of a StumpEnsemble the model scores
};

struct Monotonicity {
  MonotonicityVerdict verdict = MonotonicityVerdict::kProved;
  std::optional<Counterexample> counterexample;  // kRefuted
  double bound = 0;  // kUndecided: the score goes the wrong way by at most this
};

/// Proves that RawScore, as it is computed, never goes the wrong way between two rows that differ
/// in `feature` only, whatever the others are, missing values and unknown categories among them; or
/// gives two such rows. The feature itself takes every value but missing: where a row stands that
/// has none is for the data to say (and where the model reads zero as missing, zero is that too).
/// kInvalidArgument for a feature that the model splits as categories; kUnsupported for models that
/// no learner makes (monotone/value_cells.h). The same model gives the same answer everywhere.
Result<Monotonicity> CheckMonotonicity(const TreeEnsemble& model, size_t feature,
                                       Direction direction,
                                       int64_t budget = limits::kMonotonicityVisits);

/// The same for the margin of each bag, from which follows the model score up to its own rounding.
/// Where a bag goes the wrong way and no row was found whose model score does, the answer is
/// kUndecided with a bound on the model score.
Result<Monotonicity> CheckMonotonicity(const StumpEnsemble& model, size_t feature,
                                       Direction direction);

/// The same for the log-odds of a scorecard, by the terms of the feature's bins.
Result<Monotonicity> CheckMonotonicity(const Scorecard& model, size_t feature, Direction direction);

Result<Monotonicity> CheckMonotonicity(const Model& model, size_t feature, Direction direction);

/// The features on which the two rows' scores depend where they differ: those tested, in a tree
/// that gives them two leaves, on the way to either; of other models all that it uses. Ascending,
/// with the feature itself.
std::vector<size_t> FeaturesThatTell(const TreeEnsemble& model, const Counterexample& rows);
std::vector<size_t> FeaturesThatTell(const Model& model, const Counterexample& rows);

}  // namespace fairline
