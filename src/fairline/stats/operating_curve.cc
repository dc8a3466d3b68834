#include "fairline/stats/operating_curve.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "fairline/core/check.h"
#include "fairline/stats/discrimination.h"

namespace fairline {
namespace {

/// Both axes on [0, 1]; an axis without extent becomes 0.
std::vector<CurvePoint> Scaled(std::span<const CurvePoint> curve) {
  const auto [left, right] = std::ranges::minmax(curve, {}, &CurvePoint::x);
  const auto [bottom, top] = std::ranges::minmax(curve, {}, &CurvePoint::y);
  const double width = right.x - left.x, height = top.y - bottom.y;
  std::vector<CurvePoint> scaled;
  for (const CurvePoint& point : curve) {
    scaled.push_back({width > 0 ? (point.x - left.x) / width : 0,
                      height > 0 ? (point.y - bottom.y) / height : 0});
  }
  return scaled;
}

double Distance(const CurvePoint& point, const CurvePoint& from, const CurvePoint& to) {
  const double dx = to.x - from.x, dy = to.y - from.y;
  const double length = std::sqrt(dx * dx + dy * dy);
  const double px = point.x - from.x, py = point.y - from.y;
  if (length == 0) return std::sqrt(px * px + py * py);
  return std::abs(dx * py - dy * px) / length;
}

/// A stretch between two kept points and the point of it that lies furthest from the chord.
struct Stretch {
  size_t begin, end, furthest;
  double distance;
  bool operator<(const Stretch& other) const {
    return distance != other.distance ? distance < other.distance : begin > other.begin;
  }
};

Stretch Between(size_t begin, size_t end, const std::vector<CurvePoint>& curve) {
  Stretch stretch{begin, end, begin, 0};
  for (size_t i = begin + 1; i < end; ++i) {
    const double distance = Distance(curve[i], curve[begin], curve[end]);
    if (distance > stretch.distance) stretch = {begin, end, i, distance};
  }
  return stretch;
}

}  // namespace

std::vector<OperatingPoint> OperatingCurve(std::span<const double> scores,
                                           std::span<const double> outcomes) {
  FAIRLINE_CHECK(scores.size() == outcomes.size(), "one outcome per score");
  const std::vector<size_t> order = OrderByScore(scores);
  std::vector<OperatingPoint> curve;
  OperatingPoint point;
  for (size_t i = order.size(); i-- > 0;) {
    ++(outcomes[order[i]] == 1 ? point.refused_defaults : point.refused_good);
    point.threshold = scores[order[i]];
    if (i == 0 || scores[order[i - 1]] != point.threshold) curve.push_back(point);
  }
  return curve;
}

std::vector<size_t> KeepCorners(std::span<const CurvePoint> curve, size_t most) {
  if (curve.empty()) return {};
  if (curve.size() == 1) return {0};
  const std::vector<CurvePoint> scaled = Scaled(curve);
  std::vector<size_t> kept{0, curve.size() - 1};
  std::priority_queue<Stretch> stretches;
  stretches.push(Between(0, curve.size() - 1, scaled));
  while (kept.size() < most && stretches.top().distance > 0) {
    const Stretch stretch = stretches.top();
    stretches.pop();
    kept.push_back(stretch.furthest);
    stretches.push(Between(stretch.begin, stretch.furthest, scaled));
    stretches.push(Between(stretch.furthest, stretch.end, scaled));
  }
  std::ranges::sort(kept);
  return kept;
}

}  // namespace fairline
