// What ReadLoanOutcome takes from a request, as columns.
#include "fairline/cli/outcome_signature.h"

#include <string>
#include <utility>
#include <vector>

namespace fairline {
namespace {

Field FieldOf(std::string name, ColumnType type, bool required) {
  Field field;
  field.name = std::move(name);
  field.type = type;
  field.required = required;
  return field;
}

}  // namespace

const Signature& OutcomeSignature() {
  using enum ColumnType;
  static const Signature signature(std::vector<Field>{
      FieldOf("decision_id", kCategorical, false), FieldOf("external_ref", kCategorical, false),
      FieldOf("product", kCategorical, false), FieldOf("observed_on", kCategorical, true),
      FieldOf("defaulted", kNumeric, true), FieldOf("days_past_due", kNumeric, false),
      FieldOf("loss_minor", kNumeric, false)});
  return signature;
}

}  // namespace fairline
