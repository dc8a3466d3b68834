// The parts of a bundle as JSON documents (docs/reference/bundle.md). The readers name every field
// at fault; what the parts mean together is ModelBundle::Validate's.
#pragma once

#include "fairline/models/bundle.h"

namespace fairline {

/// decision.json: cut-off with its costs (null without one) and score scale.
Json DecisionToJson(const ModelBundle& bundle);
Status ReadDecision(const Json& json, ModelBundle& bundle);

Json ReasonGroupsToJson(const std::vector<ReasonGroup>& groups);
Result<std::vector<ReasonGroup>> ReasonGroupsFromJson(const Json& json);

/// Means are written beside the feature they belong to, by the plan's names.
Json ReferencesToJson(const ReferenceValues& references, const FeaturePlan& plan);
Result<ReferenceValues> ReferencesFromJson(const Json& json, const FeaturePlan& plan);

}  // namespace fairline
