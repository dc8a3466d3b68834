#include "fairline/training/report_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "fairline/core/math.h"
#include "fairline/stats/calibration_figures.h"
#include "fairline/stats/histogram.h"
#include "fairline/stats/operating_curve.h"

namespace fairline {
namespace {

constexpr size_t kScoreCorners = 50;  // per view of the curve
constexpr size_t kCostCorners = 75;
constexpr size_t kDeciles = 10;
constexpr size_t kHistogramBins = 40;

/// To six significant digits: what a drawing shows.
double Rounded(double value) {
  const std::string text = fmt::format("{:.6g}", value);
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

double Of(size_t count, size_t all) {
  return all == 0 ? 0 : static_cast<double>(count) / static_cast<double>(all);
}

using Curve = std::vector<OperatingPoint>;

/// Adds the corners of one view of the curve to `kept`.
template <typename View>
void Keep(const Curve& curve, size_t most, std::vector<size_t>& kept, View view) {
  std::vector<CurvePoint> seen;
  seen.reserve(curve.size());
  for (const OperatingPoint& point : curve) seen.push_back(view(point));
  const std::vector<size_t> corners = KeepCorners(seen, most);
  kept.insert(kept.end(), corners.begin(), corners.end());
}

Json CurveJson(const Curve& curve, std::vector<size_t> kept) {
  std::ranges::sort(kept);
  kept.erase(std::ranges::unique(kept).begin(), kept.end());
  std::vector<double> thresholds;
  std::vector<size_t> defaults, good;
  for (const size_t i : kept) {
    thresholds.push_back(Rounded(curve[i].threshold));
    defaults.push_back(curve[i].refused_defaults);
    good.push_back(curve[i].refused_good);
  }
  Json json;
  json["threshold"] = Json::ArrayOf(thresholds);
  json["refused_defaults"] = Json::ArrayOf(defaults);
  json["refused_good"] = Json::ArrayOf(good);
  return json;
}

}  // namespace

double BoundedLogOdds(double probability) {
  constexpr double kEdge = 1e-6;
  return Logit(std::clamp(probability, kEdge, 1 - kEdge));
}

Json ScoreCurve(std::span<const double> scores, std::span<const double> outcomes) {
  const Curve curve = OperatingCurve(scores, outcomes);
  if (curve.empty()) return CurveJson(curve, {});
  const size_t all_defaults = curve.back().refused_defaults;
  const size_t all_good = curve.back().refused_good;
  const auto recall = [&](const OperatingPoint& point) {
    return Of(point.refused_defaults, all_defaults);
  };
  const auto good_share = [&](const OperatingPoint& point) {
    return Of(point.refused_good, all_good);
  };
  std::vector<size_t> kept;
  Keep(curve, kScoreCorners, kept,
       [&](const OperatingPoint& point) { return CurvePoint{good_share(point), recall(point)}; });
  Keep(curve, kScoreCorners, kept, [&](const OperatingPoint& point) {
    const double precision =
        Of(point.refused_defaults, point.refused_defaults + point.refused_good);
    return CurvePoint{recall(point), precision};
  });
  Keep(curve, kScoreCorners, kept,
       [&](const OperatingPoint& point) { return CurvePoint{point.threshold, recall(point)}; });
  Keep(curve, kScoreCorners, kept,
       [&](const OperatingPoint& point) { return CurvePoint{point.threshold, good_share(point)}; });
  const auto gap = [&](const OperatingPoint& point) {
    return std::abs(recall(point) - good_share(point));
  };
  kept.push_back(static_cast<size_t>(std::ranges::max_element(curve, {}, gap) - curve.begin()));
  return CurveJson(curve, std::move(kept));
}

Json CostCurve(std::span<const double> probabilities, std::span<const double> outcomes,
               const CostMatrix& costs) {
  const Curve curve = OperatingCurve(probabilities, outcomes);
  if (curve.empty()) return CurveJson(curve, {});
  const size_t all_defaults = curve.back().refused_defaults;
  std::vector<size_t> kept;
  Keep(curve, kCostCorners, kept, [&](const OperatingPoint& point) {
    const size_t approved_defaults = all_defaults - point.refused_defaults;
    return CurvePoint{BoundedLogOdds(point.threshold),
                      costs.false_negative * static_cast<double>(approved_defaults) +
                          costs.false_positive * static_cast<double>(point.refused_good)};
  });
  Keep(curve, kCostCorners, kept, [&](const OperatingPoint& point) {
    return CurvePoint{BoundedLogOdds(point.threshold),
                      static_cast<double>(point.refused_defaults + point.refused_good)};
  });
  return CurveJson(curve, std::move(kept));
}

Json Deciles(std::span<const double> scores, std::span<const double> outcomes) {
  std::vector<CalibrationBin> groups = CalibrationTable(scores, outcomes, kDeciles);
  std::ranges::reverse(groups);
  Json json = Json::MakeArray();
  for (const CalibrationBin& group : groups) {
    Json item;
    item["rows"] = group.rows;
    item["defaults"] = group.defaults;
    item["lowest_score"] = Rounded(group.lowest);
    json.Append(std::move(item));
  }
  return json;
}

Json DistributionReport(std::span<const double> probabilities, std::span<const double> outcomes) {
  std::vector<double> of_class[2];
  std::vector<double> sorted;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    const double log_odds = BoundedLogOdds(probabilities[i]);
    of_class[outcomes[i] == 1 ? 1 : 0].push_back(log_odds);
    sorted.push_back(log_odds);
  }
  std::vector<double> edges;
  if (!sorted.empty()) {
    // The open bins at the ends take the outermost thousandths, so that a single row far off does
    // not squeeze all others together.
    std::ranges::sort(sorted);
    const size_t tail = sorted.size() / 1000;
    const double low = sorted[tail], high = sorted[sorted.size() - 1 - tail];
    for (size_t i = 1; i < kHistogramBins && high > low; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(kHistogramBins);
      edges.push_back(low + share * (high - low));
    }
  }
  std::vector<double> drawn;
  for (const double edge : edges) drawn.push_back(Rounded(Logistic(edge)));
  Json json;
  json["edges"] = Json::ArrayOf(drawn);
  json["defaults"] = Json::ArrayOf(CountInto(edges, of_class[1]).counts);
  json["good"] = Json::ArrayOf(CountInto(edges, of_class[0]).counts);
  return json;
}

}  // namespace fairline
