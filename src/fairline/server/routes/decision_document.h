// Decisions as the API shows them. Field names and shapes are those of api/openapi.yaml.
#pragma once

#include "fairline/core/json.h"
#include "fairline/decisioning/decision.h"

namespace fairline {

/// The reply of POST /predict.
Json PredictionDocument(const DecisionRecord& record);
/// The whole record: the reply of POST and GET /v1/decisions.
Json DecisionDocument(const DecisionRecord& record);

}  // namespace fairline
