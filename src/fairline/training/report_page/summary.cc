// The page's first screen, in the words of someone who approves models and does not train them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/models/model.h"
#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

bool IsImport(const Json& report) { return !TextAt(report, "note").empty(); }

std::string Tile(std::string_view figure, std::string_view what, std::string_view more) {
  return fmt::format(
      "<div class=\"tile\"><b>{}</b><span class=\"what\">{}</span><span class=\"more\">{}</span>"
      "</div>\n",
      Escaped(figure), Escaped(what), Escaped(more));
}

std::string Paragraph(std::string_view title, std::string_view text) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", Escaped(title), Escaped(text));
}

/// What approving everyone costs per applicant.
double CostOfApproval(const Json& report) {
  return NumberAt(PartAt(report, "cut_off"), "cost_false_negative") *
         NumberAt(PartAt(report, "data"), "default_rate");
}

/// "34% less than", "2% more than" or "about as much as".
std::string Against(double cost, double other) {
  if (!(other > 0)) return "against";
  const double change = cost / other - 1;
  if (std::abs(change) < 0.005) return "about as much as";
  return fmt::format("{:.0f}% {} than", 100 * std::abs(change), change > 0 ? "more" : "less");
}

std::string Tiles(const Json& report) {
  const Json& data = PartAt(report, "data");
  const Json& pooled = PartAt(PartAt(report, "discrimination"), "pooled");
  const Json& chosen = PartAt(PartAt(report, "cut_off"), "chosen");
  std::string html =
      Tile(Fixed(NumberAt(pooled, "roc_auc"), 3), "ROC-AUC",
           fmt::format("95% interval {} to {}", Fixed(NumberAt(pooled, "roc_auc_95_low"), 3),
                       Fixed(NumberAt(pooled, "roc_auc_95_high"), 3)));
  if (PartAt(report, "calibration").is_object()) {
    html += Tile(CalibrationVerdict(report).word, "probabilities hold",
                 fmt::format("{} of applicants defaulted, mean PD {}",
                             Percent(NumberAt(data, "default_rate")),
                             Percent(NumberAt(PartAt(report, "calibration"), "mean_pd"))));
  }
  html += Tile(Percent(NumberAt(chosen, "approval_rate")), "approved",
               fmt::format("refused from {} {} up", ProbabilityWord(report),
                           ProbabilityText(report, NumberAt(chosen, "threshold"))));
  html +=
      Tile(Percent(NumberAt(chosen, "approved_default_rate")), "of these default",
           fmt::format("{} if everyone were approved", Percent(NumberAt(data, "default_rate"))));
  return html + Tile(CostText(NumberAt(chosen, "cost_per_row")), "cost per applicant",
                     fmt::format("{} if everyone were approved", CostText(CostOfApproval(report))));
}

std::string WhatItIs(const Json& report) {
  const Json& data = PartAt(report, "data");
  const Json& model = PartAt(report, "model");
  return fmt::format(
      "{}, over {} features: it estimates how likely an applicant is to default. It was {} {} "
      "applicants, {} of whom defaulted ({}). {}",
      ModelWords(model), Grouped(NumberAt(model, "features")),
      IsImport(report) ? "trained elsewhere and judged here on" : "trained on",
      Grouped(NumberAt(data, "rows")), Grouped(NumberAt(data, "defaults")),
      Percent(NumberAt(data, "default_rate")),
      IsImport(report)
          ? "Its figures hold only if it was not trained on any of them."
          : "Every figure below is of applicants that the scoring model had not seen in training.");
}

std::string WhatTheCutOffDoes(const Json& report) {
  const Json& data = PartAt(report, "data");
  const Json& part = PartAt(report, "cut_off");
  const Json& chosen = PartAt(part, "chosen");
  const double cost = NumberAt(chosen, "cost_per_row"), without = CostOfApproval(report);
  return fmt::format(
      "Refusing from a {} of {} up approves {} of the applicants, and {} of those default instead "
      "of "
      "{}. It refuses {} of the {} defaults and, with them, {} good applicants. If an approved "
      "default costs {} and a refused good applicant {}, an applicant costs {} on average: {} "
      "approving everyone ({}).",
      ProbabilityWord(report), ProbabilityText(report, NumberAt(chosen, "threshold")),
      Percent(NumberAt(chosen, "approval_rate")),
      Percent(NumberAt(chosen, "approved_default_rate")), Percent(NumberAt(data, "default_rate")),
      Grouped(NumberAt(chosen, "refused_defaults")), Grouped(NumberAt(data, "defaults")),
      Grouped(NumberAt(chosen, "refused_good")), StatedCost(NumberAt(part, "cost_false_negative")),
      StatedCost(NumberAt(part, "cost_false_positive")), CostText(cost), Against(cost, without),
      CostText(without));
}

std::string HowWellItSeparates(const Json& report) {
  const double auc = NumberAt(PartAt(PartAt(report, "discrimination"), "pooled"), "roc_auc");
  return fmt::format(
      "A randomly chosen default scores above a randomly chosen good applicant in {:.0f} of 100 "
      "pairs. Tossing a coin gives 50, a perfect score 100.",
      100 * auc);
}

}  // namespace

std::string SummarySection(const ReportInput& input) {
  const Json& report = input.report;
  if (!HasFigures(report)) return MissingPart("Validation figures are");
  std::string html = fmt::format(
      "<section aria-label=\"Summary\">\n<div class=\"tiles\">\n{}</div>\n", Tiles(report));
  html +=
      "<dl class=\"plain\">\n" + Paragraph("What it is", WhatItIs(report)) +
      Paragraph("How well it separates defaults from good applicants", HowWellItSeparates(report));
  if (PartAt(report, "calibration").is_object()) {
    const Verdict verdict = CalibrationVerdict(report);
    html += Paragraph("Whether its probabilities can be taken at their word",
                      verdict.word + ". " + verdict.sentence);
  } else {
    html += Paragraph("Whether its probabilities can be taken at their word",
                      "No. The model was not calibrated: its scores rank applicants, but they are "
                      "not probabilities of default.");
  }
  html += Paragraph("What the cut-off does", WhatTheCutOffDoes(report));
  return html + "</dl>\n</section>\n";
}

}  // namespace fairline
