// Costs and F-beta answer different questions; the report shows both and says so in words.
#include "fairline/training/choose_cut_off.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/stats/cut_off_figures.h"

namespace fairline {
namespace {

/// A threshold of a bundle lies in (0, 1].
double Bounded(double threshold) {
  return std::clamp(threshold, std::numeric_limits<double>::min(), 1.0);
}

double Cheapest(const CutOffTask& task) {
  return Bounded(CheapestThreshold(task.costs.false_negative, task.costs.false_positive,
                                   task.probabilities, task.outcomes)
                     .threshold);
}

double BestByFBeta(const CutOffTask& task) {
  return Bounded(BestFBeta(kFBeta, task.probabilities, task.outcomes).threshold);
}

double BreakEven(const CutOffTask& task) {
  return BreakEvenPd(task.costs.false_negative, task.costs.false_positive);
}

Confusion At(double threshold, const CutOffTask& task) {
  return ConfusionAt(threshold, task.probabilities, task.outcomes);
}

double CostAt(double threshold, const CutOffTask& task) {
  return At(threshold, task).CostPerRow(task.costs.false_negative, task.costs.false_positive);
}

Json Figures(double threshold, const CutOffTask& task) {
  const Confusion confusion = At(threshold, task);
  Json json;
  json["threshold"] = threshold;
  json["approval_rate"] = confusion.approval_rate();
  json["approved_default_rate"] = confusion.approved_default_rate();
  json["precision"] = confusion.precision();
  json["recall"] = confusion.recall();
  json["f1"] = confusion.f1();
  json["f_beta"] = confusion.FBeta(kFBeta);
  json["cost_per_row"] = confusion.CostPerRow(task.costs.false_negative, task.costs.false_positive);
  json["refused_defaults"] = confusion.refused_defaults;
  json["refused_good"] = confusion.refused_good;
  json["approved_defaults"] = confusion.approved_defaults;
  json["approved_good"] = confusion.approved_good;
  return json;
}

Json Alternative(std::string_view rule, double threshold, const CutOffTask& task) {
  Json json;
  json["rule"] = rule;
  const Json figures = Figures(threshold, task);
  for (const auto& [key, value] : figures.object()) json[key] = value;
  return json;
}

std::string ExplainPd(const CutOffTask& task) {
  const double f_beta = BestByFBeta(task);
  return fmt::format(
      "With PDs that are true probabilities, refusing costs least from a PD of C_fp/(C_fp+C_fn) = "
      "{:.2f}% up. On these rows the cheapest cut-off is {:.2f}%, at a cost per row of {:.4f} "
      "instead of {:.4f}: it follows the chance of this sample. F-beta {} weighs recall against "
      "precision and knows no costs: its cut-off of {:.2f}% is right only if an approved default "
      "costs {:.1f} times a refused good applicant (stated: {:.1f}).",
      100 * BreakEven(task), 100 * Cheapest(task), CostAt(Cheapest(task), task),
      CostAt(BreakEven(task), task), kFBeta, 100 * f_beta, (1 - f_beta) / f_beta,
      task.costs.false_negative / task.costs.false_positive);
}

std::string ExplainModelScore(const CutOffTask& task) {
  return fmt::format(
      "The model's own scores are not probabilities, so costs cannot be turned into a cut-off "
      "directly: the cheapest one on these rows is {:.4f}, at a cost per row of {:.4f}. F-beta {} "
      "weighs recall against precision, knows no costs and gives {:.4f}.",
      Cheapest(task), CostAt(Cheapest(task), task), kFBeta, BestByFBeta(task));
}

}  // namespace

CutOff ChooseCutOff(const CutOffTask& task) {
  CutOff cut_off{.kind = task.kind, .costs = task.costs};
  switch (task.rule) {
    case ThresholdRule::kCostMatrix:
      cut_off.origin = "cost_matrix";
      cut_off.threshold = task.kind == ProbabilityKind::kPd ? BreakEven(task) : Cheapest(task);
      break;
    case ThresholdRule::kFBeta:
      cut_off.origin = "f_beta";
      cut_off.threshold = BestByFBeta(task);
      break;
    case ThresholdRule::kFixed:
      cut_off.origin = "fixed";
      cut_off.threshold = task.fixed_threshold;
      break;
  }
  return cut_off;
}

Json CutOffReport(const CutOffTask& task, const CutOff& chosen) {
  const bool is_pd = task.kind == ProbabilityKind::kPd;
  Json json;
  json["origin"] = chosen.origin;
  json["probability_kind"] = ProbabilityKindName(task.kind);
  json["cost_false_negative"] = task.costs.false_negative;
  json["cost_false_positive"] = task.costs.false_positive;
  json["chosen"] = Figures(chosen.threshold, task);
  Json& alternatives = json["alternatives"] = Json::MakeArray();
  if (is_pd) alternatives.Append(Alternative("cost_matrix", BreakEven(task), task));
  alternatives.Append(Alternative("cheapest_on_these_rows", Cheapest(task), task));
  alternatives.Append(Alternative("f_beta", BestByFBeta(task), task));
  json["f_beta"] = kFBeta;
  json["explanation"] = is_pd ? ExplainPd(task) : ExplainModelScore(task);
  return json;
}

}  // namespace fairline
