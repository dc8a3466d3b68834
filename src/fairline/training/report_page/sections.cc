#include "fairline/training/report_page/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"

namespace fairline {

std::string Figure(std::string_view id, std::string_view title, std::string_view sentence,
                   const Chart& chart) {
  return fmt::format("<figure>\n<figcaption><h3>{}</h3><p>{}</p></figcaption>\n{}</figure>\n",
                     Escaped(title), Escaped(sentence), chart.Svg(id, title, sentence));
}

std::string MissingPart(std::string_view what) {
  return fmt::format(
      "<p class=\"note\">{} not in this bundle: it was made by an earlier version of the program "
      "or "
      "without rows of known outcome. Train it again, or import it again with data, to get a full "
      "report.</p>\n",
      Escaped(what));
}

bool HasFigures(const Json& report) { return PartAt(report, "discrimination").is_object(); }

bool HasPd(const Json& report) {
  return TextAt(PartAt(report, "cut_off"), "probability_kind") != "model_score";
}

std::string_view ProbabilityWord(const Json& report) {
  return HasPd(report) ? "PD" : "model score";
}

std::string ProbabilityText(const Json& report, double probability) {
  return HasPd(report) ? Percent(probability) : Fixed(probability, 4);
}

std::string CostText(double cost) {
  return cost >= 1000 ? Grouped(cost) : Fixed(cost, cost >= 10 ? 2 : 3);
}

std::string StatedCost(double cost) {
  const bool is_whole = cost == std::floor(cost);
  return is_whole && cost >= 1000 ? Grouped(cost) : fmt::format("{:g}", cost);
}

Axis ProbabilityAxis(const Json& report) {
  const Json& part = PartAt(report, "cut_off");
  std::vector<double> seen = NumbersAt(PartAt(report, "distribution"), "edges");
  seen.push_back(NumberAt(PartAt(part, "chosen"), "threshold"));
  for (const Json& item : ListAt(part, "alternatives")) {
    seen.push_back(NumberAt(item, "threshold"));
  }
  // A cut-off that refuses nobody, or everybody, is drawn at the edge and does not stretch the
  // axis.
  std::erase_if(seen, [](double value) { return !(value > 1e-5 && value < 1 - 1e-4); });
  if (seen.empty()) seen = {0.01, 0.99};
  const auto [low, high] = std::ranges::minmax(seen);
  // A little room, and never an axis without extent.
  return LogOddsAxis(fmt::format("{}, spaced by log-odds", ProbabilityWord(report)), 0.8 * low,
                     high + 0.1 * (1 - high), HasPd(report));
}

std::vector<OperatingPoint> CurveOf(const Json& part) {
  const Json& curve = PartAt(part, "curve");
  const auto thresholds = NumbersAt(curve, "threshold");
  const auto defaults = NumbersAt(curve, "refused_defaults");
  const auto good = NumbersAt(curve, "refused_good");
  std::vector<OperatingPoint> points;
  const auto is_count = [](double value) { return value >= 0 && value < 1e15; };
  for (size_t i = 0; i < std::min({thresholds.size(), defaults.size(), good.size()}); ++i) {
    if (!std::isfinite(thresholds[i]) || !is_count(defaults[i]) || !is_count(good[i])) continue;
    points.push_back(
        {thresholds[i], static_cast<size_t>(defaults[i]), static_cast<size_t>(good[i])});
  }
  return points;
}

}  // namespace fairline
