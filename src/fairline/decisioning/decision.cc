// From an application to a decision. Nothing here reads a clock, a file or another applicant,
// except that Decide() stamps the finished record.
#include "fairline/decisioning/decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

// Comparisons with NaN are false: a missing value and an unknown range are never unlike.
bool IsUnlikeTraining(const Field& field, const SeenRange& seen, double value) {
  if (field.type != ColumnType::kNumeric || !field.is_model_input) return false;
  const bool sentinel =
      std::ranges::find(field.missing_values, value) != field.missing_values.end();
  return !sentinel && (value < seen.minimum || value > seen.maximum);
}

Outcome OutcomeOf(const Policy& policy, double probability, double threshold) {
  if (std::abs(probability - threshold) < policy.review_band) return Outcome::kManualReview;
  return probability >= threshold ? Outcome::kDenied : Outcome::kApproved;
}

Result<CutOff> BoundCutOff(const Deployment& deployment) {
  if (deployment.bundle.cut_off) return *deployment.bundle.cut_off;
  return Fail(ErrorCode::kFailedPrecondition,
              fmt::format("version {} of the model \"{}\" has no cut-off, so it can score but not "
                          "decide: train it, or import it again with data and costs",
                          deployment.version.version, deployment.version.name));
}

Result<double> ProbabilityOf(const Score& score, ProbabilityKind kind) {
  const bool finite = std::isfinite(score.raw_score) && std::isfinite(score.model_score) &&
                      std::isfinite(score.pd.value_or(0));
  if (!finite) return Fail(ErrorCode::kInternal, "the model gave a score that is not a number");
  if (kind == ProbabilityKind::kModelScore) return score.model_score;
  if (score.pd) return *score.pd;
  return Fail(ErrorCode::kFailedPrecondition,
              "the cut-off is a probability of default and the model has no calibration");
}

Result<Attributions> Attribute(const Deployment& deployment, std::span<const double> features) {
  Attributions attributions;
  const auto [method, space] = AttributionsOf(deployment.bundle.model);
  attributions.method = method;
  attributions.space = space;
  attributions.base = deployment.explainer->base();
  attributions.values.resize(features.size());
  deployment.explainer->Explain(features, attributions.values);
  if (!std::ranges::all_of(attributions.values,
                           [](double value) { return std::isfinite(value); })) {
    return Fail(ErrorCode::kInternal, "the model gave an attribution that is not a number");
  }
  return attributions;
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kApproved:
      return "approved";
    case Outcome::kDenied:
      return "denied";
    case Outcome::kManualReview:
      break;
  }
  return "manual_review";
}

Result<Outcome> ParseOutcome(std::string_view name) {
  for (const Outcome outcome : {Outcome::kApproved, Outcome::kDenied, Outcome::kManualReview}) {
    if (OutcomeName(outcome) == name) return outcome;
  }
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is not approved, denied or manual_review", name));
}

Result<Application> ReadApplication(const Deployment& deployment, const Json& features) {
  const Signature& signature = deployment.bundle.plan.signature();
  Application application = FAIRLINE_TRY(ReadApplication(signature, features, deployment.target));
  application.product = deployment.product;
  application.currency = deployment.currency;
  for (size_t i = 0; i < deployment.seen.size(); ++i) {
    const Field& field = signature.fields()[i];
    if (!IsUnlikeTraining(field, deployment.seen[i], application.raw[i])) continue;
    application.notes.push_back({field.name, "outside_training_range",
                                 fmt::format("the value given for {} lies outside what the "
                                             "training data held",
                                             field.name)});
  }
  return application;
}

Result<Evaluation> Evaluate(const Deployment& deployment, const Application& application) {
  const CutOff cut_off = FAIRLINE_TRY(BoundCutOff(deployment));
  const ModelBundle& bundle = deployment.bundle;
  std::vector<double> features(bundle.plan.size());
  bundle.plan.Apply(application.raw, features);

  Evaluation evaluation;
  evaluation.score = ScoreOf(bundle, deployment.scorer->Score(features));
  evaluation.probability_kind = cut_off.kind;
  evaluation.probability = FAIRLINE_TRY(ProbabilityOf(evaluation.score, cut_off.kind));
  evaluation.threshold = cut_off.threshold;
  evaluation.reject = evaluation.probability >= evaluation.threshold;
  evaluation.outcome = OutcomeOf(deployment.policy, evaluation.probability, evaluation.threshold);
  evaluation.attributions = FAIRLINE_TRY(Attribute(deployment, features));
  evaluation.reasons = deployment.reasons.Adverse(evaluation.attributions.values, limits::kReasons);
  return evaluation;
}

Result<DecisionRecord> Decide(const Deployment& deployment, Application application,
                              const Clock& clock, IdGenerator& ids) {
  Evaluation evaluation = FAIRLINE_TRY(Evaluate(deployment, application));
  return RecordDecision(deployment, std::move(application), std::move(evaluation), clock, ids);
}

DecisionRecord RecordDecision(const Deployment& deployment, Application application,
                              Evaluation evaluation, const Clock& clock, IdGenerator& ids) {
  DecisionRecord record;
  record.evaluation = std::move(evaluation);
  record.application_id = ids.Next();
  record.prediction_id = ids.Next();
  record.decision_id = ids.Next();
  record.applicant_id = ids.Next();
  record.created_at_micros = clock.NowMicros();
  record.application = std::move(application);
  record.application.product = deployment.product;
  record.application.currency = deployment.currency;
  record.model_name = deployment.version.name;
  record.model_version = deployment.version.version;
  record.bundle_digest = deployment.version.bundle_digest;
  record.policy = deployment.policy;
  record.layout = deployment.layout;
  return record;
}

std::string_view RiskScore(const Evaluation& evaluation) {
  return evaluation.reject ? "high_risk" : "low_risk";
}

double Confidence(const Evaluation& evaluation) {
  return std::max(evaluation.probability, 1 - evaluation.probability);
}

}  // namespace fairline
