// Reads decisions back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The whole record of a decision; of an applicant whose data are erased, what is left of it.
/// kNotFound, kDataLoss, kFailedPrecondition when the master key is not at hand.
Result<DecisionRecord> LoadDecision(Database& database, Vault& vault, std::string_view decision_id);

/// Goes through decisions in the order in which they were made.
class DecisionHistory {
 public:
  /// From `since_micros` to before `until_micros`.
  DecisionHistory(Database& database, Vault& vault, int64_t since_micros, int64_t until_micros);
  /// The next records, at most `count`; empty at the end. A record that cannot be read is an error.
  Result<std::vector<DecisionRecord>> Next(int64_t count);

 private:
  Database& database_;
  Vault& vault_;
  std::string after_;  // the last decision_id given
  const std::string end_;
};

}  // namespace fairline
