// One feature of the training rows becomes a characteristic: its bins, each with its weight of
// evidence.
#pragma once

#include "fairline/models/scorecard.h"
#include "fairline/training/scorecard/optimal_cuts.h"
#include "fairline/training/scorecard/prebins.h"

namespace fairline {

/// Joins pre-bins by the rules (categories always by ascending risk, the order they are in).
/// Missing values get a bin of their own when there are `min_outcomes` goods and bads among them,
/// however few rows that is. Else they join the bin nearest to their cautious default rate that
/// keeps the trend, and where none were seen, the bin nearest to everybody's. The coefficient is
/// left 0.
Characteristic MakeCharacteristic(size_t feature, const PreBins& prebins, const OptimalCuts& cuts,
                                  int64_t min_outcomes);

/// All of it for one column.
Characteristic BinFeature(size_t feature, const FeatureColumn& column, double prebin_share,
                          const BinRules& rules);

}  // namespace fairline
