// The decision itself: a pure function of deployment and application, and the record it becomes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/decisioning/application.h"
#include "fairline/decisioning/deployment.h"
#include "fairline/decisioning/record_layout.h"
#include "fairline/explain/reasons.h"
#include "fairline/models/bundle.h"

namespace fairline {

enum class Outcome { kApproved, kDenied, kManualReview };
std::string_view OutcomeName(Outcome outcome);  // approved, denied, manual_review
Result<Outcome> ParseOutcome(std::string_view name);

/// Exact attributions of a raw score: base + sum of values = raw_score, in `space`. The values are
/// in the order of RecordLayout::attributions.
struct Attributions {
  std::string method;  // as AttributionsOf the model
  std::string space;
  double base = 0;
  std::vector<double> values;
};

/// ReadApplication for what decides now: product and currency are the deployment's, the outcome has
/// its own message, and a number outside what training saw is noted (a declared range refuses it).
Result<Application> ReadApplication(const Deployment& deployment, const Json& features);

/// Everything that follows from application and deployment alone: what a replay must reproduce.
struct Evaluation {
  Score score;
  ProbabilityKind probability_kind = ProbabilityKind::kPd;
  double probability = 0;
  double threshold = 0;
  bool reject = false;  // probability >= threshold
  Outcome outcome = Outcome::kApproved;
  Attributions attributions;
  std::vector<Reason> reasons;
};

/// Scores, explains and applies the policy. kFailedPrecondition when the version has no cut-off.
Result<Evaluation> Evaluate(const Deployment& deployment, const Application& application);

/// One decision as it is stored and shown.
struct DecisionRecord {
  std::string decision_id, prediction_id, application_id, applicant_id;  // UUIDv7
  int64_t created_at_micros = 0;
  Application application;
  std::string model_name;
  int64_t model_version = 0;
  std::string bundle_digest;
  Policy policy;
  Evaluation evaluation;
  std::string decided_by = "system";
  std::shared_ptr<const RecordLayout> layout;  // how its values are stored
  // Since when the applicant's data are gone: then features, attributions and reference are empty.
  std::optional<int64_t> erased_at_micros;
};

Result<DecisionRecord> Decide(const Deployment& deployment, Application application,
                              const Clock& clock, IdGenerator& ids);
/// The same with an evaluation at hand.
DecisionRecord RecordDecision(const Deployment& deployment, Application application,
                              Evaluation evaluation, const Clock& clock, IdGenerator& ids);

/// risk_score and confidence of the guides' tables: high_risk iff REJECT; max(p, 1-p).
std::string_view RiskScore(const Evaluation& evaluation);
double Confidence(const Evaluation& evaluation);
/// One or two sentences for a person: the decision and its reasons.
std::string ExplanationText(const DecisionRecord& record);

}  // namespace fairline
