// Reads decisions back and replays them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/registry/registry.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The whole record of a decision. kNotFound.
Result<DecisionRecord> LoadDecision(Database& database, std::string_view decision_id);

struct ReplayDifference {
  std::string field;  // "pd", "attributions.AMT_CREDIT", "reasons[0].code"
  std::string recorded;
  std::string replayed;
};

/// Evaluates the recorded features again with the recorded bundle and policy and compares every
/// number bit for bit. An empty list means equal.
Result<std::vector<ReplayDifference>> ReplayDecision(Registry& registry,
                                                     const DecisionRecord& record);

}  // namespace fairline
