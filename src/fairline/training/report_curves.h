// The curves of the validation report, thinned to what a drawing needs: the scores they come from
// are out of fold and not kept in a bundle. Thresholds and edges are rounded to six digits; counts
// are exact.
#pragma once

#include <span>

#include "fairline/core/json.h"
#include "fairline/models/bundle.h"

namespace fairline {

/// Log-odds of a probability held 1e-6 away from 0 and 1, which have none.
double BoundedLogOdds(double probability);

/// Refused defaults and refused good rows by falling threshold, {threshold, refused_defaults,
/// refused_good} as arrays of one length. At most 201 points keep the corners of the ROC curve, the
/// precision-recall curve and both score distributions, and the place of the Kolmogorov-Smirnov
/// distance.
Json ScoreCurve(std::span<const double> scores, std::span<const double> outcomes);

/// The same over probabilities; at most 150 points keep the corners of the cost and of the approval
/// rate.
Json CostCurve(std::span<const double> probabilities, std::span<const double> outcomes,
               const CostMatrix& costs);

/// Ten groups of about equal size, the highest scores first: `rows`, `defaults`, `lowest_score`.
Json Deciles(std::span<const double> scores, std::span<const double> outcomes);

/// Histograms of both classes over one set of edges, equally wide in log-odds: {edges, defaults,
/// good}; the first and last bin are open.
Json DistributionReport(std::span<const double> probabilities, std::span<const double> outcomes);

}  // namespace fairline
