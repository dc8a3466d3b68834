// Every cut-off that scores allow, and what each one refuses: the one curve behind ROC,
// precision-recall, Kolmogorov-Smirnov, gains and cost; and its thinning for drawing.
#pragma once

#include <span>
#include <vector>

namespace fairline {

/// Refusing every row whose score is at least `threshold`.
struct OperatingPoint {
  double threshold = 0;
  size_t refused_defaults = 0;
  size_t refused_good = 0;
};

/// One point per distinct score, from the highest down; the last refuses every row.
std::vector<OperatingPoint> OperatingCurve(std::span<const double> scores,
                                           std::span<const double> outcomes);

struct CurvePoint {
  double x = 0, y = 0;
};

/// Indexes, ascending, of at most `most` points (at least the two ends) whose polyline stays close
/// to the whole curve: the point furthest from the polyline is added again and again (Ramer 1972;
/// Douglas and Peucker 1973), so corners stay and straight runs go. Distances are taken after both
/// axes are scaled to [0, 1].
std::vector<size_t> KeepCorners(std::span<const CurvePoint> curve, size_t most);

}  // namespace fairline
