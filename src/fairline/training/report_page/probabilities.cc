// Calibration. A test only says whether a difference was found, and enough rows find any: so the
// verdict goes by the size of the difference and names the number of rows beside each p-value.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/training/report_curves.h"
#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

constexpr double kSignificant = 0.05;
/// PDs that miss by at most this share of the default rate are close enough for most uses.
constexpr double kSmallMiss = 0.1;
/// Fewer defaults leave the tests too little to find anything by.
constexpr double kFewDefaults = 100;

struct Line {
  double mean_pd, observed, low, high, rows;
  bool inside() const { return mean_pd >= low && mean_pd <= high; }
};

std::vector<Line> LinesOf(const Json& part) {
  std::vector<Line> lines;
  for (const Json& item : ListAt(part, "table")) {
    lines.push_back({NumberAt(item, "mean_pd"), NumberAt(item, "observed_rate"),
                     NumberAt(item, "observed_95_low"), NumberAt(item, "observed_95_high"),
                     NumberAt(item, "rows")});
  }
  return lines;
}

/// The mean |observed - PD| that right PDs would show by chance: of a normal deviation, sqrt(2/pi)
/// times its standard deviation.
double MissByChance(const std::vector<Line>& lines) {
  constexpr double kMeanAbsolute = 0.7978845608028654;
  double sum = 0, rows = 0;
  for (const Line& line : lines) {
    sum += line.rows * kMeanAbsolute *
           std::sqrt(line.mean_pd * (1 - line.mean_pd) / std::max(line.rows, 1.0));
    rows += line.rows;
  }
  return sum / rows;
}

std::string Points(double share) { return Fixed(100 * share, 2) + " percentage points"; }

std::string TestsInWords(const Json& part) {
  return fmt::format("Hosmer-Lemeshow {}, Spiegelhalter {}",
                     PValue(NumberAt(PartAt(part, "hosmer_lemeshow"), "p_value")),
                     PValue(NumberAt(PartAt(part, "spiegelhalter"), "p_value")));
}

std::string ReliabilityFigure(const std::vector<Line>& lines) {
  double low = 1, high = 0;
  for (const Line& line : lines) {
    low = std::min({low, line.mean_pd, line.low > 0 ? line.low : line.mean_pd});
    high = std::max({high, line.mean_pd, line.high});
  }
  low *= 0.85;
  high += 0.15 * (1 - high) * high;
  Chart chart(LogOddsAxis("mean PD of the group, spaced by log-odds", low, high, true),
              LogOddsAxis("observed default rate with its 95% interval", low, high, true));
  const double from = BoundedLogOdds(low), to = BoundedLogOdds(high);
  chart.Line(std::vector<CurvePoint>{{from, from}, {to, to}}, "faint");
  const double at = from + 0.78 * (to - from);
  chart.Label(at, at, "PD = observed rate", Anchor::kEnd, -10, -12, "faint");
  size_t inside = 0;
  for (const Line& line : lines) {
    const double x = BoundedLogOdds(line.mean_pd);
    chart.Whisker(x, BoundedLogOdds(line.low), BoundedLogOdds(line.high), "good");
    chart.Dot(x, BoundedLogOdds(line.observed), line.inside() ? "good" : "bad");
    inside += line.inside();
  }
  return Figure(
      "reliability", "Reliability",
      fmt::format("Applicants in groups of rising PD. A group on the line defaulted as often "
                  "as its PDs said; above it, more often. In {} of {} groups the line runs "
                  "through the interval{}.",
                  inside, lines.size(),
                  inside < lines.size() ? " (the others have an orange dot)" : ""),
      chart);
}

std::string GroupsTable(const Json& part) {
  HtmlTable table(
      "Groups of rising PD, with Wilson's 95% interval of the observed rate",
      {"PD", "Applicants", "Mean PD", "Defaults", "Observed", "95% interval", "Expected defaults"});
  for (const Json& line : ListAt(part, "table")) {
    table.Row({fmt::format("{} to {}", Percent(NumberAt(line, "lowest_pd")),
                           Percent(NumberAt(line, "highest_pd"))),
               Grouped(NumberAt(line, "rows")), Percent(NumberAt(line, "mean_pd")),
               Grouped(NumberAt(line, "defaults")), Percent(NumberAt(line, "observed_rate")),
               fmt::format("{} to {}", Percent(NumberAt(line, "observed_95_low")),
                           Percent(NumberAt(line, "observed_95_high"))),
               Fixed(NumberAt(line, "rows") * NumberAt(line, "mean_pd"), 1)});
  }
  return table.Html();
}

std::string BrierTable(const Json& part) {
  const Json& parts = PartAt(part, "brier_parts");
  HtmlTable table("Brier score and its parts", {"", "Value"});
  table.Row({HeadingHtml("Brier score",
                         fmt::format("mean squared error of the PD; {} better than giving everyone "
                                     "the default rate",
                                     Percent(1 - NumberAt(part, "brier") /
                                                     NumberAt(parts, "uncertainty")))),
             Fixed(NumberAt(part, "brier"), 5)},
            "chosen");
  table.Row({HeadingHtml("= reliability", "how far the groups' PDs miss; lower is better"),
             Fixed(NumberAt(parts, "reliability"), 5)});
  table.Row(
      {HeadingHtml("− resolution", "how far the groups' default rates lie apart; higher is better"),
       Fixed(NumberAt(parts, "resolution"), 5)});
  table.Row({HeadingHtml("+ uncertainty", "of the outcomes, whatever the model"),
             Fixed(NumberAt(parts, "uncertainty"), 5)});
  table.Row({HeadingHtml("+ within groups", "differences inside the groups"),
             Fixed(NumberAt(parts, "within_lines"), 5)});
  return table.Html();
}

std::string TestsTable(const Json& part, const Json& data) {
  const Json& by_groups = PartAt(part, "hosmer_lemeshow");
  const Json& by_rows = PartAt(part, "spiegelhalter");
  const std::string rows = Grouped(NumberAt(data, "rows"));
  HtmlTable table("Slope and tests", {"", "Value", "p-value"});
  table.Row({HeadingHtml("Calibration slope",
                         "1 is right; below 1 the PDs are too extreme, above 1 too alike"),
             Fixed(NumberAt(part, "slope"), 3), "–"});
  table.Row({HeadingHtml("Calibration intercept", "0 is right where the slope is 1"),
             Fixed(NumberAt(part, "intercept"), 3), "–"});
  table.Row(
      {HeadingHtml("Calibration error", "mean distance of a group's PD from its observed rate"),
       Percent(NumberAt(part, "calibration_error")), "–"});
  table.Row({HeadingHtml("Hosmer-Lemeshow",
                         fmt::format("do the {} groups default as often as their PDs say? n = {}",
                                     Grouped(NumberAt(by_groups, "degrees_of_freedom")), rows)),
             "χ² " + Fixed(NumberAt(by_groups, "chi_square"), 2),
             Escaped(PValue(NumberAt(by_groups, "p_value")))});
  table.Row({HeadingHtml("Spiegelhalter",
                         fmt::format("is the Brier score what the PDs promise? n = {}", rows)),
             "z " + Fixed(NumberAt(by_rows, "z"), 2),
             Escaped(PValue(NumberAt(by_rows, "p_value")))});
  return table.Html() +
         "<p>A small p-value says that a difference was found, not that it matters: with many "
         "thousand rows both tests find differences too small for any decision, and with few "
         "defaults they miss large ones. Judge by the size of the differences.</p>\n";
}

std::string CandidatesTable(const Json& part) {
  HtmlTable table("Calibration maps tried, each judged on rows it was not fitted on",
                  {"Map", "Log-loss", "Brier", "Remark "});
  for (const Json& item : ListAt(part, "candidates")) {
    const std::string method = TextAt(item, "method"), left_out = TextAt(item, "left_out");
    const bool used = method == TextAt(part, "method");
    table.Row(
        {Escaped(method), Fixed(NumberAt(item, "log_loss"), 5), Fixed(NumberAt(item, "brier"), 5),
         left_out.empty() ? (used ? "used" : "") : Escaped("left out: " + left_out)},
        used ? "chosen" : "");
  }
  return FoldedHtml("How the calibration was chosen", table.Html());
}

}  // namespace

Verdict CalibrationVerdict(const Json& report) {
  const Json& part = PartAt(report, "calibration");
  const Json& data = PartAt(report, "data");
  const std::vector<Line> lines = LinesOf(part);
  const double error = NumberAt(part, "calibration_error");
  if (!PartAt(part, "hosmer_lemeshow").is_object() || lines.empty()) {
    return {
        "Not tested",
        fmt::format("The PD of a group misses its default rate by {} on average; tests are not in "
                    "this bundle.",
                    Points(error))};
  }
  const auto inside = std::ranges::count_if(lines, &Line::inside);
  const bool found = NumberAt(PartAt(part, "hosmer_lemeshow"), "p_value") < kSignificant ||
                     NumberAt(PartAt(part, "spiegelhalter"), "p_value") < kSignificant;
  const bool small = error <= kSmallMiss * NumberAt(data, "default_rate");
  std::string sentence = fmt::format(
      "In {} of {} groups of applicants the mean PD lies within the 95% interval of what was "
      "observed. On average it misses by {}; PDs that are exactly right would miss by about {} by "
      "chance. ",
      inside, lines.size(), Points(error), Points(MissByChance(lines)));
  const std::string rows = Grouped(NumberAt(data, "rows"));
  if (!found) {
    sentence +=
        fmt::format("Neither test finds a difference on {} rows ({}).", rows, TestsInWords(part));
  } else {
    sentence += fmt::format(
        "A test finds a difference on {} rows ({}), {}.", rows, TestsInWords(part),
        small
            ? "but so many rows show differences of any size, and this one is small"
            : "and the difference is large enough to matter: look at the reliability chart before "
              "relying on a PD");
  }
  if (NumberAt(data, "defaults") < kFewDefaults) {
    sentence += fmt::format(" With only {} defaults even large differences could go unseen.",
                            Grouped(NumberAt(data, "defaults")));
    return {found && !small ? "With care" : "Cannot tell", std::move(sentence)};
  }
  return {!found ? "Yes" : small ? "Nearly" : "With care", std::move(sentence)};
}

std::string ProbabilitiesSection(const Json& report) {
  const Json& part = PartAt(report, "calibration");
  if (!part.is_object()) {
    return "<p>The model was not calibrated. Its scores rank applicants; they are not "
           "probabilities "
           "of default, and nothing here should be read as one.</p>\n";
  }
  const Json& data = PartAt(report, "data");
  const Verdict verdict = CalibrationVerdict(report);
  std::string html =
      fmt::format("<p><b>{}.</b> {}</p>\n", Escaped(verdict.word), Escaped(verdict.sentence));
  const bool is_complete = PartAt(part, "brier_parts").is_object();
  if (is_complete) {
    html += "<div class=\"charts\">\n" + ReliabilityFigure(LinesOf(part)) + "<div>" +
            BrierTable(part) + "</div>\n</div>\n" + TestsTable(part, data);
  } else {
    html += MissingPart(
        "Intervals, the reliability chart, the parts of the Brier score and the tests "
        "are");
  }
  return html + GroupsTable(part) + CandidatesTable(part);
}

}  // namespace fairline
