// A decision in words.
#include <fmt/format.h>

#include <algorithm>

#include "fairline/decisioning/decision.h"

namespace fairline {
namespace {

// Probability and cut-off with as many digits as it takes to tell them apart, so that nobody reads
// "9.1 %, below the cut-off of 9.1 %".
struct Figures {
  std::string probability, threshold;
};

Figures FiguresOf(const Evaluation& evaluation) {
  constexpr int kMostDigits = 6;
  const bool percent = evaluation.probability_kind == ProbabilityKind::kPd;
  const auto text = [&](double value, int digits) {
    return percent ? fmt::format("{:.{}f} %", 100 * value, digits)
                   : fmt::format("{:.{}f}", value, digits + 2);
  };
  for (int digits = 1;; ++digits) {
    Figures figures{text(evaluation.probability, digits), text(evaluation.threshold, digits)};
    const bool told_apart = figures.probability != figures.threshold;
    if (told_apart || digits == kMostDigits) return figures;
  }
}

std::string_view Verdict(Outcome outcome) {
  switch (outcome) {
    case Outcome::kApproved:
      return "Approved";
    case Outcome::kDenied:
      return "Rejected";
    case Outcome::kManualReview:
      break;
  }
  return "Referred to a person";
}

}  // namespace

std::string ExplanationText(const DecisionRecord& record) {
  const Evaluation& evaluation = record.evaluation;
  const Figures figures = FiguresOf(evaluation);
  const bool is_pd = evaluation.probability_kind == ProbabilityKind::kPd;
  std::string text = fmt::format(
      "{}: the {} is {}, {} the cut-off of {}.", Verdict(evaluation.outcome),
      is_pd ? "estimated probability of default" : "model's score, which is not calibrated,",
      figures.probability,
      evaluation.probability == evaluation.threshold ? "at"
      : evaluation.reject                            ? "above"
                                                     : "below",
      figures.threshold);
  if (evaluation.outcome == Outcome::kManualReview) {
    text.insert(text.size() - 1, " and within the review band");
  }
  if (evaluation.reasons.empty()) return text;
  std::string factors;
  for (const Reason& reason : evaluation.reasons) {
    factors += (factors.empty() ? "" : "; ") + reason.text;
  }
  return fmt::format("{} Main factors against: {}.", text, factors);
}

}  // namespace fairline
