// Feature definitions as a data scientist writes them, in YAML (docs/reference/features.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/signature.h"

namespace fairline {

enum class Operation { kRatio, kSum, kMean, kMinimum, kMaximum, kAbove };

/// One derived feature. Inputs are raw fields or earlier definitions; sentinels are already missing.
///   kRatio    sign * inputs[0] / (inputs[1] + epsilon), or / divisor when there is one input
///   kSum …    over the inputs
///   kAbove    1 if inputs[0] > threshold, else 0
struct FeatureDefinition {
  std::string name;
  Operation operation = Operation::kRatio;
  std::vector<std::string> inputs;  // names; `PREFIX_*` stands for every raw field so named
  bool negate = false;
  double divisor = 1;
  double epsilon = 0;
  double threshold = 0;
  bool any_input = false;    // enough that one input is a column (default: all must be)
  bool skip_missing = false; // missing inputs are left out (default: one missing makes it missing)
  std::optional<double> if_missing;         // the value when the result would be missing
  std::optional<double> minimum, maximum;   // the result is clamped; missing stays missing
};

/// `definitions.yaml` -> definitions. `source` names the file in messages.
Result<std::vector<FeatureDefinition>> ParseDefinitions(std::string_view yaml,
                                                        std::string_view source);
/// The 15 domain features of the application form (docs/reference/features.md), on raw values.
const std::vector<FeatureDefinition>& DomainDefinitions();

Json DefinitionToJson(const FeatureDefinition& definition);
Result<FeatureDefinition> DefinitionFromJson(const Json& json);

}  // namespace fairline
