// Reads what a caller of the decision endpoints sends: the body in its two shapes and the
// Idempotency-Key. Checking the features is decisioning's work (ReadApplication).
#pragma once

#include <optional>
#include <string>

#include "fairline/core/json.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/server/http/message.h"

namespace fairline {

struct DecisionRequest {
  Json features;
  std::string external_ref;  // of the body; empty when the body has none
};

/// POST /predict: the features themselves, or {"features": {…}} and nothing else.
Result<DecisionRequest> ReadPredictBody(std::string_view body);
/// POST /v1/decisions: {"external_ref"?, "features"}. Faults name the body's fields.
Result<DecisionRequest> ReadDecisionBody(std::string_view body);

/// The application, checked against what decides now; an external_ref of the body is its reference
/// unless the features carry another one. `prefix` stands before feature names in faults.
Result<Application> ToApplication(const DecisionRequest& request, const Deployment& deployment,
                                  std::string_view prefix);

/// The key, bound to what is asked for: SHA-256 over external_ref and the features with their names
/// sorted, so that key order and white space do not matter. Both endpoints share the keys.
Result<std::optional<IdempotencyKey>> ReadIdempotencyKey(const Request& request,
                                                         const DecisionRequest& decision);

}  // namespace fairline
