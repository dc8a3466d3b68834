// A scorecard adds one term per feature, and a rounded sum never falls when one of its terms rises:
// the terms of a feature's bins say it all.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "fairline/models/monotonicity.h"

namespace fairline {
namespace {

/// What grows with the bin's share in the log-odds.
double Term(const Scorecard& model, const Characteristic& characteristic, const ScorecardBin& bin) {
  return model.rounded ? -std::nearbyint(bin.points) : characteristic.coefficient * bin.woe;
}

/// Two rows with values on either side of `bound`, else without any.
Counterexample RowsAround(const Scorecard& model, size_t feature, double bound) {
  Counterexample rows;
  rows.low_row.assign(model.feature_names.size(), std::numeric_limits<double>::quiet_NaN());
  rows.high_row = rows.low_row;
  rows.low_row[feature] = std::nextafter(bound, -std::numeric_limits<double>::infinity());
  rows.high_row[feature] = bound;  // ranges are closed on the left
  rows.low_score = LogOdds(model, rows.low_row);
  rows.high_score = LogOdds(model, rows.high_row);
  return rows;
}

}  // namespace

Result<Monotonicity> CheckMonotonicity(const Scorecard& model, size_t feature,
                                       Direction direction) {
  if (feature >= model.feature_names.size()) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("the model has no feature {}", feature));
  }
  const auto found = std::ranges::find(model.characteristics, feature, &Characteristic::feature);
  if (found == model.characteristics.end()) return Monotonicity{};
  if (found->categorical) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: the scorecard groups it as categories, which have no order",
                            model.feature_names[feature]));
  }
  const double sign = direction == Direction::kIncreasing ? 1 : -1;
  Monotonicity result;
  for (size_t i = 0; i + 1 < found->bins.size(); ++i) {
    if (found->bins[i + 1].takes == BinTakes::kMissing) break;
    const double step =
        sign * (Term(model, *found, found->bins[i + 1]) - Term(model, *found, found->bins[i]));
    if (step >= 0) continue;
    const Counterexample rows = RowsAround(model, feature, found->bins[i].below);
    if (sign * (rows.high_score - rows.low_score) < 0) {
      return Monotonicity{.verdict = MonotonicityVerdict::kRefuted, .counterexample = rows};
    }
    // So small a step that this row's sum rounds it away; another's may not.
    result.verdict = MonotonicityVerdict::kUndecided;
    result.bound = std::max(result.bound, -step);
  }
  return result;
}

}  // namespace fairline
