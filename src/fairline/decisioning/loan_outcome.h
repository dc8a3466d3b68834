// What became of a loan: the later truth about a decision, which monitoring and the next training
// learn from.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/date.h"
#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"

namespace fairline {

/// One observation. The decision is named by its id, or by the caller's reference: then it is the
/// last one on that applicant and product before the day of the observation.
struct LoanOutcome {
  std::string decision_id;
  std::string external_ref, product;
  Date observed_on;
  bool defaulted = false;
  std::optional<int64_t> days_past_due;
  std::optional<int64_t> loss_minor;  // in the currency of the decision
};

/// {"decision_id" or "external_ref" (and "product"), "observed_on": "2027-11-21", "defaulted": true
/// or 1, "days_past_due", "loss_minor"}. kInvalidArgument names every field at fault.
Result<LoanOutcome> ReadLoanOutcome(const Json& json, std::string_view default_product);

struct OutcomeAnswer {
  enum class Kind { kStored, kKnown, kRefused } kind = Kind::kStored;
  std::string decision_id;  // empty when none was found
  FieldFault fault;         // of a refused one
};

/// Stores the observations in one transaction with one event, `outcomes.create`. One that is stored
/// already with the same values is known; one without a decision, of a day before it or after
/// today, or that contradicts the stored one of its day is refused by itself. The answers are in
/// the order of the outcomes.
Result<std::vector<OutcomeAnswer>> StoreLoanOutcomes(Database& database, const Vault& vault,
                                                     IdGenerator& ids, const Clock& clock,
                                                     std::span<const LoanOutcome> outcomes,
                                                     std::string_view user);

}  // namespace fairline
