// The cut-off on one scale of probabilities: whom it parts, what it costs, what else could have
// been chosen.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/training/report_curves.h"
#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

/// One cut-off with its name for a person.
struct NamedCutOff {
  std::string name;
  const Json* figures;
  bool chosen = false;
  double threshold() const { return NumberAt(*figures, "threshold"); }
};

std::string RuleName(std::string_view rule, const Json& part) {
  if (rule == "cost_matrix") return "from the costs";
  if (rule == "cheapest_on_these_rows") return "cheapest on these rows";
  if (rule == "f_beta") return fmt::format("best F-beta {:g}", NumberAt(part, "f_beta"));
  return rule == "fixed" ? "fixed by configuration" : std::string(rule);
}

/// The chosen one first; an alternative that is the chosen one is not named twice.
std::vector<NamedCutOff> CutOffsOf(const Json& part) {
  const Json& chosen = PartAt(part, "chosen");
  const std::string origin = TextAt(part, "origin");
  std::vector<NamedCutOff> all{{"chosen: " + RuleName(origin, part), &chosen, true}};
  for (const Json& item : ListAt(part, "alternatives")) {
    const std::string rule = TextAt(item, "rule");
    if (rule == origin || NumberAt(item, "threshold") == NumberAt(chosen, "threshold")) continue;
    all.push_back({RuleName(rule, part), &item});
  }
  return all;
}

struct Costs {
  double false_negative, false_positive;
};

double CostOf(const OperatingPoint& point, const OperatingPoint& all, const Costs& costs) {
  const double rows = static_cast<double>(all.refused_defaults + all.refused_good);
  return (costs.false_negative *
              static_cast<double>(all.refused_defaults - point.refused_defaults) +
          costs.false_positive * static_cast<double>(point.refused_good)) /
         rows;
}

/// The steps of one class's histogram; the open bins at the ends are drawn as wide as the others.
std::vector<CurvePoint> Steps(const std::vector<double>& edges, const std::vector<double>& counts) {
  double rows = 0;
  for (const double count : counts) rows += count;
  std::vector<CurvePoint> steps;
  if (edges.size() < 2 || counts.size() != edges.size() + 1 || !(rows > 0)) return steps;
  const double width = BoundedLogOdds(edges[1]) - BoundedLogOdds(edges[0]);
  for (size_t bin = 0; bin < counts.size(); ++bin) {
    const double left =
        bin == 0 ? BoundedLogOdds(edges[0]) - width : BoundedLogOdds(edges[bin - 1]);
    const double right =
        bin < edges.size() ? BoundedLogOdds(edges[bin]) : BoundedLogOdds(edges[bin - 1]) + width;
    steps.push_back({left, counts[bin] / rows});
    steps.push_back({right, counts[bin] / rows});
  }
  return steps;
}

std::string DistributionFigure(const Json& report) {
  const Json& distribution = PartAt(report, "distribution");
  const Json& chosen = PartAt(PartAt(report, "cut_off"), "chosen");
  const auto edges = NumbersAt(distribution, "edges");
  const auto good = Steps(edges, NumbersAt(distribution, "good"));
  const auto defaults = Steps(edges, NumbersAt(distribution, "defaults"));
  if (good.empty() || defaults.empty()) return {};
  const auto peak_good = std::ranges::max_element(good, {}, &CurvePoint::y);
  const auto peak_defaults = std::ranges::max_element(defaults, {}, &CurvePoint::y);
  Chart chart(
      ProbabilityAxis(report),
      NumberAxis("share of the class", 0, 1.1 * std::max(peak_good->y, peak_defaults->y), true), 1);
  chart.Area(good, "good");
  chart.Area(defaults, "bad");
  chart.Line(good, "good");
  chart.Line(defaults, "bad");
  const double threshold = NumberAt(chosen, "threshold");
  chart.Mark(BoundedLogOdds(threshold),
             fmt::format("cut-off {}", ProbabilityText(report, threshold)), "chosen");
  const bool good_is_left = peak_good->x <= peak_defaults->x;
  chart.Label(peak_good->x, peak_good->y, "good", good_is_left ? Anchor::kEnd : Anchor::kStart,
              good_is_left ? 20 : -20, -7, "good");
  chart.Label(peak_defaults->x, peak_defaults->y, "defaults",
              good_is_left ? Anchor::kStart : Anchor::kEnd, good_is_left ? -20 : 20, -7, "bad");
  return Figure(
      "distributions", "Both classes on the scale of the decision",
      fmt::format("The {} of good applicants and of defaults, each class as 100%. What lies "
                  "right of the cut-off is refused: {:.0f}% of the defaults and {:.0f}% of "
                  "the good applicants.",
                  HasPd(report) ? "PDs" : "scores", 100 * NumberAt(chosen, "recall"),
                  100 * NumberAt(chosen, "refused_good") /
                      (NumberAt(chosen, "refused_good") + NumberAt(chosen, "approved_good"))),
      chart);
}

std::string CostFigure(const Json& report, const std::vector<OperatingPoint>& curve) {
  const Json& part = PartAt(report, "cut_off");
  const Costs costs{NumberAt(part, "cost_false_negative"), NumberAt(part, "cost_false_positive")};
  const OperatingPoint& all = curve.back();
  const double approve_all = CostOf({}, all, costs), refuse_all = CostOf(all, all, costs);
  const std::vector<NamedCutOff> cut_offs = CutOffsOf(part);
  std::vector<CurvePoint> line;
  double highest = std::max(approve_all, refuse_all);
  for (const OperatingPoint& point : curve) {
    line.push_back({BoundedLogOdds(point.threshold), CostOf(point, all, costs)});
    highest = std::max(highest, line.back().y);
  }
  const Axis x = ProbabilityAxis(report);
  Chart chart(x, NumberAxis("cost per applicant", 0, 1.12 * highest, false),
              static_cast<int>(cut_offs.size()));
  chart.Line(std::vector<CurvePoint>{{x.low, approve_all}, {x.high, approve_all}}, "faint");
  // The curve ends on this line at the right; where it starts far above, there is room at the left.
  const bool at_left = approve_all < 0.6 * refuse_all;
  chart.Label(at_left ? x.low : x.high, approve_all, "approve all " + CostText(approve_all),
              at_left ? Anchor::kStart : Anchor::kEnd, at_left ? 4 : -2, -6, "faint");
  chart.Line(line, "");
  chart.Label(x.low, refuse_all, "refuse all " + CostText(refuse_all), Anchor::kStart, 4, -8,
              "faint");
  for (const NamedCutOff& cut_off : cut_offs) {
    const std::string_view style = cut_off.chosen ? "chosen" : "faint";
    const double at = BoundedLogOdds(cut_off.threshold());
    chart.Mark(at,
               fmt::format("{} {}", cut_off.chosen ? "chosen" : cut_off.name,
                           ProbabilityText(report, cut_off.threshold())),
               style);
    chart.Dot(at, NumberAt(*cut_off.figures, "cost_per_row"), style);
  }
  const double chosen = NumberAt(PartAt(part, "chosen"), "cost_per_row");
  return Figure(
      "cost", "Cost over the cut-off",
      fmt::format("What an applicant costs on average if all from that {} up are refused: an "
                  "approved default counts {}, a refused good applicant {}. The chosen "
                  "cut-off costs {}, approving everyone {}, refusing everyone {}.",
                  ProbabilityWord(report), StatedCost(costs.false_negative),
                  StatedCost(costs.false_positive), CostText(chosen), CostText(approve_all),
                  CostText(refuse_all)),
      chart);
}

std::string TradeFigure(const Json& report, const std::vector<OperatingPoint>& curve) {
  const Json& part = PartAt(report, "cut_off");
  const OperatingPoint& all = curve.back();
  const double rows = static_cast<double>(all.refused_defaults + all.refused_good);
  const double rate = static_cast<double>(all.refused_defaults) / rows;
  std::vector<CurvePoint> line{{1, rate}};
  double highest = rate;
  for (const OperatingPoint& point : curve) {
    const double approved_defaults =
        static_cast<double>(all.refused_defaults - point.refused_defaults);
    const double approved =
        approved_defaults + static_cast<double>(all.refused_good - point.refused_good);
    // Below two percent of the rows the rate is that of a handful.
    if (approved < 0.02 * rows) break;
    line.push_back({approved / rows, approved_defaults / approved});
    highest = std::max(highest, line.back().y);
  }
  Chart chart(ShareAxis("applicants approved"),
              NumberAxis("default rate of the approved", 0, highest * 1.05, true));
  chart.Line(line, "");
  chart.Dot(1, rate, "faint");
  constexpr double kNearlyAll = 0.95;  // two labels would lie on each other
  if (NumberAt(PartAt(part, "chosen"), "approval_rate") < kNearlyAll) {
    chart.Label(1, rate, fmt::format("everyone {}", Percent(rate)), Anchor::kEnd, -10, 4, "faint");
  }
  for (const NamedCutOff& cut_off : CutOffsOf(part)) {
    const double approved = NumberAt(*cut_off.figures, "approval_rate");
    const double bad = NumberAt(*cut_off.figures, "approved_default_rate");
    chart.Dot(approved, bad, cut_off.chosen ? "chosen" : "faint");
    if (!cut_off.chosen) continue;
    chart.Label(approved, bad, fmt::format("chosen: {} approved", Percent(approved)), Anchor::kEnd,
                -10, -6, "chosen");
  }
  const Json& chosen = PartAt(part, "chosen");
  return Figure("trade", "Approvals against defaults",
                fmt::format("Each point is a cut-off; further right approves more. The chosen one "
                            "approves {} with a default rate of {}; the grey dots are the "
                            "alternatives.",
                            Percent(NumberAt(chosen, "approval_rate")),
                            Percent(NumberAt(chosen, "approved_default_rate"))),
                chart);
}

std::string ConfusionTable(const Json& report) {
  const Json& part = PartAt(report, "cut_off");
  const Json& chosen = PartAt(part, "chosen");
  const double refused_defaults = NumberAt(chosen, "refused_defaults");
  const double refused_good = NumberAt(chosen, "refused_good");
  const double approved_defaults = NumberAt(chosen, "approved_defaults");
  const double approved_good = NumberAt(chosen, "approved_good");
  const double defaults = refused_defaults + approved_defaults;
  const double good = refused_good + approved_good;
  const auto cell = [](double count, double all) {
    return fmt::format("{}<small>{}</small>", Grouped(count), Percent(count / all));
  };
  HtmlTable table(fmt::format("Who is refused from a {} of {} up", ProbabilityWord(report),
                              ProbabilityText(report, NumberAt(chosen, "threshold"))),
                  {"", "Refused", "Approved", "All", "Cost of mistakes"});
  table.Row({"Defaults", cell(refused_defaults, defaults), cell(approved_defaults, defaults),
             Grouped(defaults),
             Grouped(approved_defaults * NumberAt(part, "cost_false_negative"))});
  table.Row({"Good applicants", cell(refused_good, good), cell(approved_good, good), Grouped(good),
             Grouped(refused_good * NumberAt(part, "cost_false_positive"))});
  const double rows = defaults + good;
  table.Row({"All", cell(refused_defaults + refused_good, rows),
             cell(approved_defaults + approved_good, rows), Grouped(rows),
             Grouped(NumberAt(chosen, "cost_per_row") * rows)},
            "chosen");
  return table.Html();
}

std::string AlternativesTable(const Json& report) {
  const Json& part = PartAt(report, "cut_off");
  HtmlTable table("The cut-off and what else could have been chosen",
                  {"Cut-off", HasPd(report) ? "PD" : "Score", "Approved",
                   "Default rate of approved", "Precision", "Recall", "F1", "Cost per applicant"});
  for (const NamedCutOff& cut_off : CutOffsOf(part)) {
    const Json& figures = *cut_off.figures;
    table.Row({Escaped(cut_off.name), ProbabilityText(report, cut_off.threshold()),
               Percent(NumberAt(figures, "approval_rate")),
               Percent(NumberAt(figures, "approved_default_rate")),
               Fixed(NumberAt(figures, "precision"), 3), Fixed(NumberAt(figures, "recall"), 3),
               Fixed(NumberAt(figures, "f1"), 3), Fixed(NumberAt(figures, "cost_per_row"), 4)},
              cut_off.chosen ? "chosen" : "");
  }
  return table.Html();
}

}  // namespace

std::string CutOffSection(const Json& report) {
  const Json& part = PartAt(report, "cut_off");

  const std::vector<OperatingPoint> curve = CurveOf(part);
  const std::string tables = ConfusionTable(report) + AlternativesTable(report);
  const std::string why = fmt::format("<div><h3>Why not another cut-off</h3><p>{}</p></div>\n",
                                      Escaped(TextAt(part, "explanation")));
  if (curve.empty()) {
    return tables + why + MissingPart("The score distributions and the cost curve are");
  }
  return "<div class=\"charts\">\n" + DistributionFigure(report) + CostFigure(report, curve) +
         TradeFigure(report, curve) + why + "</div>\n" + tables;
}

}  // namespace fairline
