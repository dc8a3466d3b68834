// What moves the score, by two measures that answer different questions; and the folds beside each
// other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/training/monotone.h"
#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

constexpr size_t kShownFeatures = 15;

double Largest(const Json::Array& items, std::string_view key) {
  double largest = 0;
  for (const Json& item : items) largest = std::max(largest, NumberAt(item, key));
  return largest;
}

double Relative(double value, double largest) { return largest > 0 ? value / largest : 0; }

std::string ImportanceTable(const Json::Array& items, size_t begin, size_t end) {
  const double attribution = Largest(items, "mean_absolute_attribution");
  const double gain = Largest(items, "gain_share");
  std::vector<std::string> columns = {"Feature", "Mean |SHAP| "};
  if (gain > 0) columns.push_back("Share of the gain in training ");
  HtmlTable table("Features by mean absolute attribution", columns);
  for (size_t i = begin; i < std::min(end, items.size()); ++i) {
    const double moved = NumberAt(items[i], "mean_absolute_attribution");
    const double gained = NumberAt(items[i], "gain_share");
    std::vector<std::string> row = {Escaped(TextAt(items[i], "feature")),
                                    BarHtml(Relative(moved, attribution), "good", Fixed(moved, 4))};
    if (gain > 0) {
      row.push_back(std::isfinite(gained) ? BarHtml(Relative(gained, gain), "bad", Percent(gained))
                                          : "–");
    }
    table.Row(row);
  }
  return "<div class=\"wide\">" + table.Html() + "</div>\n";
}

struct Fold {
  double auc, standard_error, ks;
  const Json* part;
};

std::vector<Fold> FoldsOf(const Json& report) {
  const Json& discrimination = PartAt(report, "discrimination");
  const auto aucs = NumbersAt(PartAt(discrimination, "roc_auc"), "folds");
  const auto distances = NumbersAt(PartAt(discrimination, "ks"), "folds");
  static const Json kNone;
  const Json::Array& parts = ListAt(report, "stability");
  std::vector<Fold> folds;
  for (size_t i = 0; i < std::min(aucs.size(), distances.size()); ++i) {
    const Json& part = i < parts.size() ? parts[i] : kNone;
    folds.push_back({aucs[i], NumberAt(part, "roc_auc_standard_error"), distances[i], &part});
  }
  return folds;
}

std::string FoldFigure(const Json& report, const std::vector<Fold>& folds) {
  constexpr double kNormal95 = 1.959963984540054;
  const double pooled = NumberAt(PartAt(PartAt(report, "discrimination"), "pooled"), "roc_auc");
  std::vector<std::string> labels;
  double low = pooled, high = pooled;
  size_t holding = 0;
  for (size_t i = 0; i < folds.size(); ++i) {
    labels.push_back(fmt::format("{}", i + 1));
    const double reach =
        std::isfinite(folds[i].standard_error) ? kNormal95 * folds[i].standard_error : 0;
    low = std::min(low, folds[i].auc - reach);
    high = std::max(high, folds[i].auc + reach);
    holding += std::abs(folds[i].auc - pooled) <= reach;
  }
  Chart chart(NamedAxis("fold", labels),
              NumberAxis("ROC-AUC with its 95% interval", low, std::min(high, 1.0), false));
  chart.Line(
      std::vector<CurvePoint>{{0.4, pooled}, {static_cast<double>(folds.size()) + 0.6, pooled}},
      "faint");
  for (size_t i = 0; i < folds.size(); ++i) {
    const double x = static_cast<double>(i + 1);
    const double reach = kNormal95 * folds[i].standard_error;
    if (std::isfinite(reach)) chart.Whisker(x, folds[i].auc - reach, folds[i].auc + reach, "good");
    chart.Dot(x, folds[i].auc, "good");
    if (folds.size() <= 10) {
      chart.Label(x, folds[i].auc, Fixed(folds[i].auc, 3), Anchor::kStart, 8, 4);
    }
  }
  chart.Label(static_cast<double>(folds.size()) + 0.6, pooled, "all", Anchor::kEnd, -2, -5,
              "faint");
  return Figure("folds", "Separation by fold",
                fmt::format("How well each part of the rows is separated. In {} of {} folds the "
                            "interval holds the value of all rows, {}.",
                            holding, folds.size(), Fixed(pooled, 3)),
                chart);
}

std::string FoldTable(const Json& report, const std::vector<Fold>& folds) {
  const bool has_pd = HasPd(report);
  HtmlTable table("Folds", {"Fold", "Applicants", "Default rate", has_pd ? "Mean PD" : "Mean score",
                            "ROC-AUC", "KS", "Slope", "PSI"});
  for (size_t i = 0; i < folds.size(); ++i) {
    const Json& part = *folds[i].part;
    const double rows = NumberAt(part, "rows");
    const double mean = NumberAt(part, "mean_probability");
    table.Row({fmt::format("{}", i + 1), Grouped(rows), Percent(NumberAt(part, "defaults") / rows),
               has_pd ? Percent(mean) : Fixed(mean, 4), Fixed(folds[i].auc, 4),
               Fixed(folds[i].ks, 4), Fixed(NumberAt(part, "calibration_slope"), 3),
               Fixed(NumberAt(part, "psi"), 4)});
  }
  return table.Html();
}

constexpr std::string_view kFoldRemarks =
    "<div><h3>How to read the table</h3><p>Folds are parts of the rows drawn at random with the "
    "same "
    "default rate; what differs between them is chance, and tells how much chance there is in the "
    "figures of all rows. The slope is that of the calibration within the fold, 1 being right. "
    "PSI, "
    "the population stability index, compares the fold's raw scores with those of all other rows: "
    "by "
    "custom below 0.1 is alike and above 0.25 is not. Where each fold was scored by a model of its "
    "own, it tells their models apart too.</p></div>\n";

/// The values of the two rows where they tell: "3 to 4, with debt 2.5, region north".
std::string RowsText(const Json& item) {
  const Json::Array& rows = ListAt(item, "rows");
  const std::string feature = TextAt(item, "feature");
  if (rows.size() != 2) return {};
  std::string text = fmt::format("{} to {}", InputText(PartAt(rows[0], feature)),
                                 InputText(PartAt(rows[1], feature)));
  std::string_view join = ", with ";
  for (const Json& name : ListAt(item, "tells")) {
    if (!name.is_string() || name.string() == feature) continue;
    text += fmt::format("{}{} {}", join, name.string(), InputText(PartAt(rows[0], name.string())));
    join = ", ";
  }
  return text;
}

std::string MonotonicityHtml(const Json& report) {
  const Json::Array& items = ListAt(report, "monotonicity");
  if (items.empty()) return {};
  HtmlTable table("Monotone in the risk of default, the other model inputs as they are",
                  {"Feature", "Wanted ", "Verdict ", "Score", "Counterexample "});
  for (const Json& item : items) {
    const auto [name, scores] = RefutedScoresOf(item);
    std::string change = "–";
    if (scores.size() == 2) {
      change = fmt::format("{} {} to {}", name, Fixed(scores[0], 4), Fixed(scores[1], 4));
    }
    table.Row({Escaped(TextAt(item, "feature")), Escaped(TextAt(item, "direction")),
               Escaped(TextAt(item, "verdict")), change, Escaped(RowsText(item))});
  }
  return "<p>What the model was constrained in, checked for all inputs and not only for these "
         "applicants. Proved: no two applicants who differ in the feature only are scored the "
         "wrong way round. Refuted: the two rows are.</p>\n" +
         table.Html();
}

}  // namespace

std::string FeaturesSection(const Json& report) {
  const Json::Array& items = ListAt(report, "importance");
  if (items.empty()) return MissingPart("Feature importance is");
  const double first = NumberAt(items.front(), "mean_absolute_attribution");
  std::string html = fmt::format(
      "<p>Mean |SHAP| is how far a feature moves the score of an applicant on average, up or down. "
      "{}Here {} moves the score most, by {} in {}.</p>\n",
      Largest(items, "gain_share") > 0
          ? "Gain is how much its splits lowered the loss in training; a feature that only gained "
            "in training may have been fitted to chance. "
          : "",
      Escaped(TextAt(items.front(), "feature")), Fixed(first, 3), AttributionSpace(report));
  html += ImportanceTable(items, 0, kShownFeatures);
  if (items.size() > kShownFeatures) {
    html += FoldedHtml(fmt::format("The next {}", items.size() - kShownFeatures),
                       ImportanceTable(items, kShownFeatures, items.size()));
  }
  return html + MonotonicityHtml(report);
}

std::string StabilitySection(const Json& report) {
  const std::vector<Fold> folds = FoldsOf(report);
  if (folds.empty()) return MissingPart("Figures by fold are");
  std::string html = "<div class=\"charts\">\n" + FoldFigure(report, folds) +
                     std::string(kFoldRemarks) + "</div>\n" + FoldTable(report, folds);
  if (ListAt(report, "stability").empty()) {
    html += MissingPart("Default rates, mean PDs, slopes and PSI by fold are");
  }
  return html;
}

}  // namespace fairline
