// Feature definitions as a data scientist writes them, in YAML (docs/reference/features.md). The
// same shape, as JSON, is what a bundle stores.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"

namespace fairline {

enum class Operation { kRatio, kSum, kMean, kMinimum, kMaximum, kAbove };
std::string_view OperationName(Operation operation);  // ratio, sum, mean, min, max, above

/// One derived feature. Inputs are raw fields or earlier definitions; sentinels are already
/// missing.
///   kRatio    inputs[0] / (inputs[1] + epsilon), or inputs[0] / divisor when there is one input
///   kSum …    over the inputs, in their order
///   kAbove    1 if inputs[0] > threshold, else 0
struct FeatureDefinition {
  std::string name;
  Operation operation = Operation::kRatio;
  std::vector<std::string> inputs;  // names; in kSum … a pattern stands for every raw field it fits
  bool negate = false;              // kRatio: of -inputs[0]
  double divisor = 1;
  double epsilon = 0;
  double threshold = 0;
  bool any_input = false;     // kSum …: enough that one input is a column (default: all must be)
  bool skip_missing = false;  // kSum …: missing inputs are left out (default: one makes it missing)
  std::optional<double> if_missing;        // the value when the result would be missing
  std::optional<double> minimum, maximum;  // the result is clamped; missing stays missing

  friend bool operator==(const FeatureDefinition&, const FeatureDefinition&) = default;
};

/// Sentinels of a raw field that the definitions rely on being read as missing.
struct MissingValues {
  std::string field;
  std::vector<double> values;

  friend bool operator==(const MissingValues&, const MissingValues&) = default;
};

struct FeatureSet {
  std::vector<FeatureDefinition> definitions;
  std::vector<MissingValues> missing_values;  // of fields that a table may lack

  friend bool operator==(const FeatureSet&, const FeatureSet&) = default;
};

/// A definition file -> its definitions. `source` names the file in messages. Every fault is listed
/// with its line.
Result<FeatureSet> ParseDefinitions(std::string_view yaml, std::string_view source);
/// The same from a document that is read already, such as a part of a training configuration. A
/// list alone is a list of definitions.
Result<FeatureSet> FeatureSetFromJson(const Json& json, std::string_view source);

/// The 15 domain features of the application form (docs/reference/features.md), on raw values.
const FeatureSet& DomainDefinitions();
/// Their definition file, to read and to copy from.
extern const std::string_view kDomainDefinitionsYaml;

Json DefinitionToJson(const FeatureDefinition& definition);
Result<FeatureDefinition> DefinitionFromJson(const Json& json, std::string_view source);

}  // namespace fairline
