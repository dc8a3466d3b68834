// ROC, precision-recall, both score distributions and lift, all drawn from the one stored curve.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

/// The curve as shares; it starts where nobody is refused.
struct Shares {
  double threshold, good, defaults;  // of all good, of all defaults
  double precision;                  // defaults among the refused
  double refused;                    // of all rows
};

std::vector<Shares> SharesOf(const std::vector<OperatingPoint>& curve) {
  std::vector<Shares> shares;
  if (curve.empty()) return shares;
  const double all_good = static_cast<double>(curve.back().refused_good);
  const double all_defaults = static_cast<double>(curve.back().refused_defaults);
  if (all_good == 0 || all_defaults == 0) return shares;
  for (const OperatingPoint& point : curve) {
    const double good = static_cast<double>(point.refused_good);
    const double defaults = static_cast<double>(point.refused_defaults);
    shares.push_back({point.threshold, good / all_good, defaults / all_defaults,
                      defaults / (good + defaults), (good + defaults) / (all_good + all_defaults)});
  }
  return shares;
}

constexpr double kSteadyShare = 0.005;

std::string RocFigure(const Json& pooled, const std::vector<Shares>& shares) {
  Chart chart(ShareAxis("good applicants refused"), ShareAxis("defaults refused"));
  std::vector<CurvePoint> curve{{0, 0}};
  for (const Shares& point : shares) curve.push_back({point.good, point.defaults});
  chart.Line(std::vector<CurvePoint>{{0, 0}, {1, 1}}, "faint");
  chart.Line(curve, "");
  const double auc = NumberAt(pooled, "roc_auc");
  chart.Label(0.62, 0.5, "a coin", Anchor::kStart, 2, 4, "faint");
  chart.Label(1, 0.12, fmt::format("area under the curve {}", Fixed(auc, 3)), Anchor::kEnd, -6, 0,
              "chosen");
  chart.Label(1, 0.04,
              fmt::format("95% interval {} to {}", Fixed(NumberAt(pooled, "roc_auc_95_low"), 3),
                          Fixed(NumberAt(pooled, "roc_auc_95_high"), 3)),
              Anchor::kEnd, -6, 0);
  return Figure(
      "roc", "ROC curve",
      fmt::format("Each point is a cut-off: the further the curve bends to the upper left, "
                  "the fewer good applicants are refused for the same defaults. A randomly "
                  "chosen default scores above a randomly chosen good applicant in {:.0f} of "
                  "100 pairs.",
                  100 * auc),
      chart);
}

std::string PrecisionFigure(const Json& report, const std::vector<Shares>& shares) {
  const Json& pooled = PartAt(PartAt(report, "discrimination"), "pooled");
  const double rate = NumberAt(PartAt(report, "data"), "default_rate");
  const double average = NumberAt(pooled, "average_precision");
  std::vector<CurvePoint> curve;
  double highest = rate;
  for (const Shares& point : shares) {
    // Before that the precision is that of a handful and would set the scale.
    if (point.refused < kSteadyShare) continue;
    curve.push_back({point.defaults, point.precision});
    highest = std::max(highest, point.precision);
  }
  Chart chart(ShareAxis("defaults refused (recall)"),
              NumberAxis("defaults among the refused (precision)", 0, highest, true));
  chart.Line(std::vector<CurvePoint>{{0, rate}, {1, rate}}, "faint");
  chart.Line(curve, "");
  chart.Label(0, rate, fmt::format("all applicants: {}", Percent(rate)), Anchor::kStart, 6, 16,
              "faint");
  chart.Label(1, highest, fmt::format("average precision {}", Fixed(average, 3)), Anchor::kEnd, -6,
              16, "chosen");
  return Figure(
      "precision-recall", "Precision and recall",
      fmt::format("How many of the refused would have defaulted, as more are refused, from "
                  "the riskiest {}% of the applicants on. Averaged over all defaults it is "
                  "{}, {} times the {} of refusing at random.",
                  Fixed(100 * kSteadyShare, 1), Percent(average), Fixed(average / rate, 1),
                  Percent(rate)),
      chart);
}

/// The share at or above which a class is refused becomes the share below.
std::string DistanceFigure(const Json& pooled, const std::vector<Shares>& shares) {
  const auto widest = std::ranges::max_element(
      shares, {}, [](const Shares& point) { return std::abs(point.defaults - point.good); });
  const double low = shares.back().threshold, high = shares.front().threshold;
  Axis x = NumberAxis("log-odds as the model gives them", low, high, false);
  std::erase_if(x.ticks, [&](const Tick& tick) { return tick.at < low || tick.at > high; });
  if (high > low) {
    x.low = low;
    x.high = high;
  }
  Chart chart(std::move(x), ShareAxis("share below the score"), 1);
  std::vector<CurvePoint> good, defaults;
  for (const Shares& point : shares) {
    good.push_back({point.threshold, 1 - point.good});
    defaults.push_back({point.threshold, 1 - point.defaults});
  }
  chart.Line(good, "good");
  chart.Line(defaults, "bad");
  const auto below = [](const std::vector<CurvePoint>& curve, double share) {
    return *std::ranges::find_if(curve, [&](const CurvePoint& at) { return at.y <= share; });
  };
  const CurvePoint at_good = below(good, 0.5), at_defaults = below(defaults, 0.3);
  chart.Label(at_good.x, at_good.y, "good", Anchor::kEnd, -10, 0, "good");
  chart.Label(at_defaults.x, at_defaults.y, "defaults", Anchor::kStart, 10, 6, "bad");
  chart.Whisker(widest->threshold, 1 - widest->defaults, 1 - widest->good, "");
  chart.Mark(widest->threshold,
             fmt::format("largest distance {}", Fixed(NumberAt(pooled, "ks"), 3)), "faint");
  return Figure(
      "distance", "Kolmogorov-Smirnov distance",
      fmt::format("The share of each class that scores below a value. They are furthest apart at a "
                  "score of {}: {:.0f}% of the good applicants lie below it and {:.0f}% of the "
                  "defaults.",
                  Fixed(widest->threshold, 2), 100 * (1 - widest->good),
                  100 * (1 - widest->defaults)),
      chart);
}

std::string LiftFigure(const Json& report, const Json::Array& deciles) {
  const double rate = NumberAt(PartAt(report, "data"), "default_rate");
  std::vector<std::string> labels;
  std::vector<double> rates;
  for (const Json& tenth : deciles) {
    rates.push_back(NumberAt(tenth, "defaults") / NumberAt(tenth, "rows"));
    labels.push_back(fmt::format("{}", rates.size()));
  }
  Chart chart(NamedAxis("tenth of the applicants, the highest scores first", labels),
              NumberAxis("default rate", 0, 1.08 * std::max(rate, std::ranges::max(rates)), true));
  const double end = static_cast<double>(deciles.size()) + 0.6;
  for (size_t i = 0; i < rates.size(); ++i) {
    chart.Bar(static_cast<double>(i + 1), 0.7, rates[i], "bad");
  }
  chart.Line(std::vector<CurvePoint>{{0.4, rate}, {end, rate}}, "faint");
  // Labels come last, so that their halo keeps the line off them.
  for (size_t i = 0; i < rates.size(); ++i) {
    chart.Label(static_cast<double>(i + 1), rates[i], Fixed(rates[i] / rate, 1) + "×",
                Anchor::kMiddle, 0, -5);
  }
  chart.Label(end, rate, fmt::format("all applicants: {}", Percent(rate)), Anchor::kEnd, -2, -18,
              "faint");
  const Json& first = deciles.front();
  return Figure(
      "lift", "Lift by tenths",
      fmt::format("The default rate of each tenth and how many times the average it is. The "
                  "riskiest tenth holds {:.0f}% of all defaults.",
                  100 * NumberAt(first, "defaults") / NumberAt(PartAt(report, "data"), "defaults")),
      chart);
}

std::string GainsTable(const Json& report, const Json::Array& deciles) {
  const double rate = NumberAt(PartAt(report, "data"), "default_rate");
  const double all = NumberAt(PartAt(report, "data"), "defaults");
  HtmlTable table("Gains: tenths of the applicants, the highest scores first",
                  {"Tenth", "Applicants", "Defaults", "Default rate", "Lift", "Defaults so far",
                   "Share of defaults", "Lift so far"});
  double rows = 0, defaults = 0;
  for (size_t i = 0; i < deciles.size(); ++i) {
    const double in_tenth = NumberAt(deciles[i], "rows");
    const double bad = NumberAt(deciles[i], "defaults");
    rows += in_tenth;
    defaults += bad;
    table.Row({fmt::format("{}", i + 1), Grouped(in_tenth), Grouped(bad), Percent(bad / in_tenth),
               Fixed(bad / in_tenth / rate, 2), Grouped(defaults), Percent(defaults / all),
               Fixed(defaults / rows / rate, 2)});
  }
  return table.Html();
}

/// The curves in figures, for those who do not see them or want to compare.
std::string CurveTable(const std::vector<Shares>& shares) {
  HtmlTable table("Refusing the highest scores first",
                  {"Refused", "Raw score from", "Defaults refused (recall)", "Good refused",
                   "Defaults among the refused (precision)", "Distance"});
  for (const double refused : {0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}) {
    const auto nearest = std::ranges::min_element(
        shares, {}, [&](const Shares& point) { return std::abs(point.refused - refused); });
    table.Row({Percent(nearest->refused), Fixed(nearest->threshold, 3), Percent(nearest->defaults),
               Percent(nearest->good), Percent(nearest->precision),
               Fixed(nearest->defaults - nearest->good, 3)});
  }
  return FoldedHtml("The curves as a table", table.Html());
}

std::string FiguresTable(const Json& part) {
  const Json& pooled = PartAt(part, "pooled");
  HtmlTable table("Figures", {"", "All rows", "Mean of folds", "± over folds"});
  const Json& auc = PartAt(part, "roc_auc");
  const Json& ks = PartAt(part, "ks");
  table.Row({HeadingHtml("ROC-AUC",
                         "share of pairs of a default and a good applicant in the right "
                         "order"),
             Fixed(NumberAt(pooled, "roc_auc"), 4), Fixed(NumberAt(auc, "mean"), 4),
             Fixed(NumberAt(auc, "sd"), 4)});
  table.Row({HeadingHtml("Its 95% interval", "DeLong"),
             fmt::format("{} to {}", Fixed(NumberAt(pooled, "roc_auc_95_low"), 4),
                         Fixed(NumberAt(pooled, "roc_auc_95_high"), 4)),
             "–", "–"});
  table.Row({HeadingHtml("Gini", "the same from 0 (a coin) to 1"),
             Fixed(NumberAt(pooled, "gini"), 4), Fixed(2 * NumberAt(auc, "mean") - 1, 4),
             Fixed(2 * NumberAt(auc, "sd"), 4)});
  table.Row({HeadingHtml("KS", "largest distance of the two score distributions"),
             Fixed(NumberAt(pooled, "ks"), 4), Fixed(NumberAt(ks, "mean"), 4),
             Fixed(NumberAt(ks, "sd"), 4)});
  table.Row({HeadingHtml("Average precision", "area under precision and recall (PR-AUC)"),
             Fixed(NumberAt(pooled, "average_precision"), 4), "–", "–"});
  return table.Html();
}

}  // namespace

std::string SeparationSection(const Json& report) {
  const Json& part = PartAt(report, "discrimination");

  const std::vector<Shares> shares = SharesOf(CurveOf(part));
  const Json::Array& deciles = ListAt(part, "deciles");
  if (shares.empty() || deciles.empty()) {
    return FiguresTable(part) +
           MissingPart(
               "The ROC and precision-recall curves, the distance of the distributions and "
               "the lift are");
  }
  const Json& pooled = PartAt(part, "pooled");
  return FiguresTable(part) + "<div class=\"charts\">\n" + RocFigure(pooled, shares) +
         PrecisionFigure(report, shares) + DistanceFigure(pooled, shares) +
         LiftFigure(report, deciles) + "</div>\n" + GainsTable(report, deciles) +
         CurveTable(shares);
}

}  // namespace fairline
