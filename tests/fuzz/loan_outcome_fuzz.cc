// Outcomes of loans as requests and files give them: whatever comes is an outcome whose every value
// is in its range, or a refusal that names fields.
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/core/limits.h"
#include "fairline/decisioning/loan_outcome.h"

namespace {

using namespace fairline;

void CheckOne(const Json& json) {
  const auto outcome = ReadLoanOutcome(json, "consumer_loan");
  if (!outcome) {
    FAIRLINE_CHECK(outcome.error().code == ErrorCode::kInvalidArgument, "the caller's fault");
    FAIRLINE_CHECK(json.is_object() != outcome.error().faults.empty(), "the fields at fault");
    return;
  }
  FAIRLINE_CHECK(outcome->decision_id.empty() != outcome->external_ref.empty(), "one name");
  FAIRLINE_CHECK(outcome->external_ref.size() <= limits::kExternalRefBytes, "of bounded length");
  FAIRLINE_CHECK(!FormatDate(outcome->observed_on).empty(), "a day");
  const int64_t loss = outcome->loss_minor.value_or(0), days = outcome->days_past_due.value_or(0);
  FAIRLINE_CHECK(loss >= 0 && loss <= limits::kAmountMinorMax, "an amount");
  FAIRLINE_CHECK(days >= 0 && days <= 36'500, "days of a life");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = Json::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  CheckOne(*json);
  const Json* many = json->Find("outcomes");
  if (many == nullptr || !many->is_array()) return 0;
  for (const Json& item : many->array()) CheckOne(item);
  return 0;
}
