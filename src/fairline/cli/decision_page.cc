// The decision first, then what it rests on.
#include "fairline/cli/decision_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/cli/output.h"
#include "fairline/core/clock.h"

namespace fairline {
namespace {

constexpr int kBarCells = 50;

std::string Upper(std::string_view word) {
  std::string upper(word);
  std::ranges::replace(upper, '_', ' ');
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

std::string Head(const DecisionRecord& record) {
  const Evaluation& evaluation = record.evaluation;
  const Style style = evaluation.reject ? Style::kBad : Style::kGood;
  return fmt::format("{}  (recommendation {})\n{}  by {}\n\n",
                     PaintOut(style, Upper(OutcomeName(evaluation.outcome))),
                     evaluation.reject ? "REJECT" : "APPROVE",
                     FormatTimestamp(record.created_at_micros), record.decided_by);
}

/// Probability against cut-off on a scale that ends at 1, or sooner when both are small.
std::string Scale(const Evaluation& evaluation) {
  const double largest = std::max(evaluation.probability, evaluation.threshold);
  const double end = largest <= 0.2 ? 0.25 : largest <= 0.45 ? 0.5 : 1;
  const auto cell = [&](double value) {
    return std::clamp(static_cast<int>(value / end * kBarCells), 0, kBarCells - 1);
  };
  std::string bar(kBarCells, '.');
  std::fill_n(bar.begin(), cell(evaluation.probability) + 1, '#');
  bar[static_cast<size_t>(cell(evaluation.threshold))] = '|';
  return fmt::format("{:<14} {:.4f}\n{:<14} {:.4f}  REJECT from here\n{:<14} 0 [{}] {:.0f} %\n\n",
                     evaluation.probability_kind == ProbabilityKind::kPd ? "PD" : "Model score",
                     evaluation.probability, "Cut-off", evaluation.threshold, "", bar, 100 * end);
}

std::string Reasons(const Evaluation& evaluation) {
  if (evaluation.reasons.empty()) {
    return "Reasons        none: the model has no reference values, or nothing is adverse\n\n";
  }
  std::string text = "Reasons        what raised the risk most, in log-odds above the reference\n";
  for (const auto& reason : evaluation.reasons) {
    text += fmt::format("  {}. {:+.3f}  {} ({})\n", reason.rank, reason.difference, reason.text,
                        reason.code);
  }
  return text + "\n";
}

std::string Amount(const Application& application) {
  if (!application.amount_minor) return "not given";
  const int64_t minor = *application.amount_minor;
  return fmt::format("{}.{:02} {}", minor / 100, minor % 100, application.currency);
}

/// Names in lines of at most 96 characters.
std::string Wrapped(const std::vector<std::string>& names) {
  constexpr size_t kWidth = 92;
  std::string text, line;
  for (const auto& name : names) {
    if (line.size() + name.size() + 1 > kWidth) {
      text += fmt::format("    {}\n", line);
      line.clear();
    }
    line += line.empty() ? name : " " + name;
  }
  return line.empty() ? text : text + fmt::format("    {}\n", line);
}

/// What was given, two to a line where they fit, then the names of what was not.
std::string Features(const Json& features) {
  std::string text;
  std::vector<std::string> missing;
  bool left = true;
  for (const auto& [name, value] : features.object()) {
    if (value.is_null()) {
      missing.push_back(name);
      continue;
    }
    constexpr size_t kCell = 46;
    const std::string cell =
        fmt::format("{:<29} {}", name, value.is_string() ? value.string() : value.Dump());
    const bool wide = cell.size() > kCell;
    if (wide && !left) text += "\n";
    if (wide) left = true;
    text += left ? fmt::format("    {:<{}}", cell, kCell) : fmt::format("  {}\n", cell);
    if (wide) text += "\n";
    left = wide || !left;
  }
  if (!left) text += "\n";
  if (missing.empty()) return text;
  return text + fmt::format("  missing      {}:\n", missing.size()) + Wrapped(missing);
}

std::string ApplicationPart(const DecisionRecord& record) {
  const Application& application = record.application;
  if (record.erased_at_micros) {
    return fmt::format(
        "Application    {}\n  applicant    {}\n  product      {}\n"
        "  erased       {}: what the applicant gave is destroyed\n\n",
        record.application_id, record.applicant_id, application.product,
        FormatTimestamp(*record.erased_at_micros));
  }
  std::string text = fmt::format(
      "Application    {}\n  applicant    {}\n  reference    {}\n  product      {}\n"
      "  amount       {}\n",
      record.application_id, record.applicant_id,
      application.external_ref.empty() ? "none" : application.external_ref, application.product,
      Amount(application));
  for (const auto& note : application.notes) {
    text += fmt::format("  note         {}\n", note.message);
  }
  text += "  features     as received:\n" + Features(application.features);
  return text + "\n";
}

std::string ModelPart(const DecisionRecord& record) {
  const Score& score = record.evaluation.score;
  return fmt::format(
      "Model          {} {}\n  bundle       {}\n  policy       {}\n  raw score    {:.6f} log-odds\n"
      "  model score  {:.6f}\n  pd           {}\n\n",
      record.model_name, record.model_version, record.bundle_digest, record.policy.version,
      score.raw_score, score.model_score, score.pd ? fmt::format("{:.6f}", *score.pd) : "none");
}

std::string Trail(const DecisionRecord& record, const std::vector<AuditEvent>& events) {
  std::string text = fmt::format("Record         decision {}\n               prediction {}\n",
                                 record.decision_id, record.prediction_id);
  for (const auto& event : events) {
    text += fmt::format("  audit        {}  {}  {}\n", FormatTimestamp(event.created_at_micros),
                        event.action, event.user_id);
  }
  return text;
}

}  // namespace

std::string DecisionPage(const DecisionRecord& record, const std::vector<AuditEvent>& events) {
  return Head(record) + Scale(record.evaluation) + Reasons(record.evaluation) + ModelPart(record) +
         ApplicationPart(record) + Trail(record, events);
}

}  // namespace fairline
