// Lays the report out in blocks that read from top to bottom: data, discrimination, calibration,
// cut-off, what matters.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/models/model.h"
#include "fairline/training/monotone.h"
#include "fairline/training/report.h"
#include "fairline/training/report_page/reader.h"

namespace fairline {
namespace {

/// A bar of `width` characters at most, in eighths.
std::string Bar(double value, double largest, int width) {
  static constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!(largest > 0) || !(value > 0)) return {};
  const int eighths = static_cast<int>(std::lround(value / largest * width * 8));
  std::string bar;
  for (int i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + std::string(kEighths[eighths % 8]);
}

std::string IndentedBar(double value, double largest) {
  const std::string bar = Bar(value, largest, 24);
  return bar.empty() ? bar : "  " + bar;
}

/// Breaks a sentence into lines of at most `width` characters, each indented.
std::string Wrapped(std::string_view text, size_t width, std::string_view indent) {
  std::string out, line;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      out += fmt::format("{}{}\n", indent, line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line.empty() ? out : out + fmt::format("{}{}\n", indent, line);
}

std::string FormatData(const Json& report) {
  const Json& data = PartAt(report, "data");
  if (!data.is_object()) return {};
  std::string out =
      fmt::format("Data          {} rows, {} defaults ({})\n", Grouped(NumberAt(data, "rows")),
                  Grouped(NumberAt(data, "defaults")), Percent(NumberAt(data, "default_rate")));
  const Json& model = PartAt(report, "model");
  if (model.is_object()) {
    out += fmt::format("Model         {}, {} features\n", ModelWords(model),
                       Grouped(NumberAt(model, "features")));
  }
  std::string left_out;
  for (const Json& item : ListAt(model, "left_out")) {
    left_out += (left_out.empty() ? "left out: " : ", ") + TextAt(item, "name");
  }
  out += Wrapped(left_out, 84, "              ");
  return out;
}

std::string FormatDiscrimination(const Json& report) {
  const Json& part = PartAt(report, "discrimination");
  if (!part.is_object()) return {};
  const Json& auc = PartAt(part, "roc_auc");
  const Json& ks = PartAt(part, "ks");
  const Json& pooled = PartAt(part, "pooled");
  const bool is_import = report.Find("note") != nullptr;
  std::string out =
      fmt::format("\nDiscrimination ({})\n", is_import ? "on the rows given" : "out of fold");
  out += fmt::format(
      "  ROC-AUC     {:.4f} ± {:.4f} over {} folds; pooled {:.4f} (95% {:.4f} to {:.4f})\n",
      NumberAt(auc, "mean"), NumberAt(auc, "sd"), ListAt(auc, "folds").size(),
      NumberAt(pooled, "roc_auc"), NumberAt(pooled, "roc_auc_95_low"),
      NumberAt(pooled, "roc_auc_95_high"));
  out += fmt::format("  KS          {:.4f} ± {:.4f} over {} folds; pooled {:.4f}\n",
                     NumberAt(ks, "mean"), NumberAt(ks, "sd"), ListAt(ks, "folds").size(),
                     NumberAt(pooled, "ks"));
  out += fmt::format("  Gini        {:.4f}    average precision {:.4f}", NumberAt(pooled, "gini"),
                     NumberAt(pooled, "average_precision"));
  const double balanced = NumberAt(pooled, "balanced_accuracy_at_half");
  if (!std::isnan(balanced)) {
    out += fmt::format("    balanced accuracy {:.4f} from a score of 0.5", balanced);
  }
  return out + "\n";
}

std::string FormatCandidates(const Json& part) {
  std::string out;
  for (const Json& item : ListAt(part, "candidates")) {
    const std::string method = TextAt(item, "method");
    const std::string left_out = TextAt(item, "left_out");
    out += left_out.empty() ? fmt::format("  {:<11} log-loss {:.5f}   Brier {:.5f}{}\n", method,
                                          NumberAt(item, "log_loss"), NumberAt(item, "brier"),
                                          method == TextAt(part, "method") ? "   ← used" : "")
                            : fmt::format("  {:<11} left out: {}\n", method, left_out);
  }
  return out;
}

/// What the calibration is made of and what the tests say; nothing for reports without them.
std::string FormatTests(const Json& part, double rows) {
  const Json& brier = PartAt(part, "brier_parts");
  if (!brier.is_object()) return {};
  const Json& by_groups = PartAt(part, "hosmer_lemeshow");
  const Json& by_rows = PartAt(part, "spiegelhalter");
  return fmt::format(
      "  Slope {}, intercept {}\n"
      "  Brier = reliability {} - resolution {} + uncertainty {} {} {} within groups\n"
      "  Hosmer-Lemeshow {} on {} groups ({}), Spiegelhalter z {} ({}), n = {}\n",
      Fixed(NumberAt(part, "slope"), 3), Fixed(NumberAt(part, "intercept"), 3),
      Fixed(NumberAt(brier, "reliability"), 5), Fixed(NumberAt(brier, "resolution"), 5),
      Fixed(NumberAt(brier, "uncertainty"), 5), NumberAt(brier, "within_lines") < 0 ? "-" : "+",
      Fixed(std::abs(NumberAt(brier, "within_lines")), 5),
      Fixed(NumberAt(by_groups, "chi_square"), 2),
      Fixed(NumberAt(by_groups, "degrees_of_freedom"), 0), PValue(NumberAt(by_groups, "p_value")),
      Fixed(NumberAt(by_rows, "z"), 2), PValue(NumberAt(by_rows, "p_value")), Grouped(rows));
}

std::string FormatCalibration(const Json& report) {
  const Json& part = PartAt(report, "calibration");
  if (!part.is_object()) return {};
  std::string out = "\nCalibration (each candidate judged on the fold it was not fitted on)\n";
  out += FormatCandidates(part);
  out += FormatTests(part, NumberAt(PartAt(report, "data"), "rows"));
  double largest = 0;
  for (const Json& line : ListAt(part, "table")) {
    largest = std::max({largest, NumberAt(line, "mean_pd"), NumberAt(line, "observed_rate")});
  }
  out +=
      fmt::format("\n  {:^16} {:>8} {:>9} {:>9}\n", "PD from … to", "rows", "mean PD", "observed");
  for (const Json& line : ListAt(part, "table")) {
    const double observed = NumberAt(line, "observed_rate");
    out += fmt::format("  {:>7.2f} … {:>5.2f}% {:>8} {:>9} {:>9}{}\n",
                       100 * NumberAt(line, "lowest_pd"), 100 * NumberAt(line, "highest_pd"),
                       Grouped(NumberAt(line, "rows")), Percent(NumberAt(line, "mean_pd")),
                       Percent(observed), IndentedBar(observed, largest));
  }
  return out;
}

std::string FormatCutOffLine(std::string_view name, const Json& figures) {
  return fmt::format("  {:<24} {:>9.4f} {:>9} {:>9} {:>9.3f} {:>7.3f} {:>7.3f} {:>9.4f}\n", name,
                     NumberAt(figures, "threshold"), Percent(NumberAt(figures, "approval_rate")),
                     Percent(NumberAt(figures, "approved_default_rate")),
                     NumberAt(figures, "precision"), NumberAt(figures, "recall"),
                     NumberAt(figures, "f1"), NumberAt(figures, "cost_per_row"));
}

std::string FormatCutOff(const Json& report) {
  const Json& part = PartAt(report, "cut_off");
  if (!part.is_object()) return {};
  const Json& chosen = PartAt(part, "chosen");
  std::string out = fmt::format(
      "\nCut-off: REJECT from {} {:.4f} up ({}; an approved default costs {:g}, a refused good "
      "applicant {:g})\n",
      TextAt(part, "probability_kind") == "pd" ? "PD" : "model score",
      NumberAt(chosen, "threshold"), TextAt(part, "origin"), NumberAt(part, "cost_false_negative"),
      NumberAt(part, "cost_false_positive"));
  out += fmt::format("  {:<24} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>9}\n", "", "threshold",
                     "approved", "bad rate", "precision", "recall", "F1", "cost/row");
  out += FormatCutOffLine("chosen", chosen);
  for (const Json& item : ListAt(part, "alternatives")) {
    std::string name = TextAt(item, "rule");
    if (name == TextAt(part, "origin")) continue;
    std::ranges::replace(name, '_', ' ');
    if (name == "f beta") name = fmt::format("F-beta {:g}", NumberAt(part, "f_beta"));
    out += FormatCutOffLine(name, item);
  }
  return out + Wrapped(TextAt(part, "explanation"), 96, "  ");
}

std::string FormatImportance(const Json& report) {
  const Json::Array& list = ListAt(report, "importance");
  if (list.empty()) return {};
  std::string out = fmt::format("\nWhat moves the score (mean absolute attribution, {})\n",
                                AttributionSpace(report));
  const double largest = NumberAt(list.front(), "mean_absolute_attribution");
  for (size_t i = 0; i < std::min<size_t>(10, list.size()); ++i) {
    const double value = NumberAt(list[i], "mean_absolute_attribution");
    out += fmt::format("  {:<32} {:.4f}  {}\n", TextAt(list[i], "feature"), value,
                       Bar(value, largest, 24));
  }
  const double rank = NumberAt(PartAt(report, "attributions"), "rank_correlation");
  if (std::isnan(rank)) return out;
  return out +
         Wrapped(fmt::format("Attributions are of the {}; its rank correlation with the model "
                             "score, which decides, is {:.6f}",
                             AttributionSpace(report), rank),
                 94, "  ");
}

std::string FormatMonotonicity(const Json& report) {
  std::string out;
  for (const Json& item : ListAt(report, "monotonicity")) {
    out += Wrapped(MonotonicityLine(item), 94, "  ");
  }
  return out.empty() ? out : "\nMonotone in the risk of default, checked for all inputs\n" + out;
}

std::string FormatReferences(const Json& report) {
  std::string out;
  for (const Json& item : ListAt(report, "references")) {
    out += fmt::format("  {:<11} {}\n", TextAt(item, "name"), TextAt(item, "description"));
  }
  return out.empty() ? out : "\nReasons compare an applicant with\n" + out;
}

std::string FormatCard(const Json& report) {
  const Json& card = PartAt(report, "scorecard");
  return card.is_object() ? "\n" + FormatScorecard(card) : "";
}

std::string FormatRemarks(const Json& report) {
  std::string out;
  for (const Json& warning : ListAt(report, "warnings")) {
    out += "\n" + Wrapped("Warning: " + warning.string(), 96, "");
  }
  const std::string note = TextAt(report, "note");
  return note.empty() ? out : out + "\n" + Wrapped(note, 96, "");
}

}  // namespace

std::string FormatReport(const Json& report) {
  return FormatData(report) + FormatDiscrimination(report) + FormatCalibration(report) +
         FormatCutOff(report) + FormatImportance(report) + FormatMonotonicity(report) +
         FormatReferences(report) + FormatCard(report) + FormatRemarks(report);
}

}  // namespace fairline
