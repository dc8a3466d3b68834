#include "fairline/features/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "fairline/core/limits.h"
#include "fairline/core/yaml.h"
#include "fairline/features/pattern.h"

namespace fairline {
namespace {

constexpr std::pair<Operation, std::string_view> kOperations[] = {
    {Operation::kRatio, "ratio"}, {Operation::kSum, "sum"},     {Operation::kMean, "mean"},
    {Operation::kMinimum, "min"}, {Operation::kMaximum, "max"}, {Operation::kAbove, "above"}};

std::optional<double> OptionalNumber(JsonReader& reader, std::string_view key) {
  if (reader.ValueOr(key) == nullptr) return std::nullopt;
  return reader.Number(key);
}

// The one operation of a definition and its inputs; false when there is not one.
bool ReadOperation(JsonReader& reader, FeatureDefinition& definition) {
  int found = 0;
  for (const auto& [operation, key] : kOperations) {
    if (reader.ValueOr(key) == nullptr) continue;
    definition.operation = operation;
    definition.inputs = reader.Strings(key);
    ++found;
  }
  if (found == 1) return true;
  reader.Fault("", fmt::format("has {} operation; a definition has exactly one of ratio, sum, "
                               "mean, min, max, above",
                               found == 0 ? "no" : "more than one"));
  return false;
}

void CheckInputs(JsonReader& reader, const FeatureDefinition& definition) {
  const auto key = OperationName(definition.operation);
  const auto& inputs = definition.inputs;
  const auto nameless = [](const std::string& input) { return input.empty(); };
  if (inputs.empty() || std::ranges::any_of(inputs, nameless)) {
    reader.Fault(key, "needs the name of an input");
  }
  if (inputs.size() > limits::kColumns) reader.Fault(key, "has too many inputs");
  const bool positional =
      definition.operation == Operation::kRatio || definition.operation == Operation::kAbove;
  if (positional && std::ranges::any_of(inputs, IsPattern)) {
    reader.Fault(key, "takes names of inputs, not a pattern");
  }
  if (definition.operation == Operation::kRatio && inputs.size() > 2) {
    reader.Fault(key, "takes one input (with a divisor) or two");
  }
  if (definition.operation == Operation::kAbove && inputs.size() > 1) {
    reader.Fault(key, "takes one input");
  }
}

// The settings of the operation at hand; a setting of another one is an unknown key to Finish().
void ReadSettings(JsonReader& reader, FeatureDefinition& definition) {
  switch (definition.operation) {
    case Operation::kRatio:
      definition.negate = reader.BoolOr("negate", false);
      if (definition.inputs.size() == 2) {
        definition.epsilon = reader.NumberOr("epsilon", 0);
      } else {
        definition.divisor = reader.NumberOr("divisor", 1);
        if (definition.divisor == 0) reader.Fault("divisor", "must not be zero");
      }
      break;
    case Operation::kAbove:
      definition.threshold = reader.NumberOr("threshold", 0);
      break;
    default:
      definition.any_input = reader.BoolOr("any_input", false);
      definition.skip_missing = reader.BoolOr("skip_missing", false);
  }
  definition.if_missing = OptionalNumber(reader, "if_missing");
  definition.minimum = OptionalNumber(reader, "at_least");
  definition.maximum = OptionalNumber(reader, "at_most");
  if (definition.minimum && definition.maximum && *definition.minimum > *definition.maximum) {
    reader.Fault("at_least", "is above at_most");
  }
}

Result<std::vector<MissingValues>> MissingValuesFromJson(const Json& map, std::string_view source) {
  std::vector<MissingValues> all;
  JsonReader reader(map, fmt::format("{}: missing_values", source));
  for (const auto& member : map.object()) {
    all.push_back({member.first, reader.Numbers(member.first)});
  }
  FAIRLINE_TRY(reader.Finish());
  return all;
}

// Adds what went wrong to `all`, so that a person can mend a file in one go.
void Collect(Error& all, Error one) {
  all.code = one.code;
  all.message += (all.message.empty() ? "" : "; ") + one.message;
  std::ranges::move(one.faults, std::back_inserter(all.faults));
}

Result<std::vector<FeatureDefinition>> DefinitionsFromJson(const Json& array,
                                                           std::string_view source) {
  if (array.array().size() > limits::kColumns) {
    return Fail(ErrorCode::kTooLarge, fmt::format("{}: {} feature definitions, more than {}",
                                                  source, array.array().size(), limits::kColumns));
  }
  std::vector<FeatureDefinition> definitions;
  std::unordered_set<std::string> names;
  Error all;
  for (const Json& item : array.array()) {
    auto definition = DefinitionFromJson(item, source);
    if (!definition) {
      Collect(all, std::move(definition).error());
      continue;
    }
    if (!names.insert(definition->name).second) {
      Collect(all, {ErrorCode::kInvalidArgument,
                    fmt::format("{}: {} is defined twice", source, definition->name),
                    {},
                    {{definition->name, "is defined twice"}}});
    }
    definitions.push_back(*std::move(definition));
  }
  if (!all.message.empty()) return std::unexpected(std::move(all));
  return definitions;
}

}  // namespace

std::string_view OperationName(Operation operation) {
  return std::ranges::find(kOperations, operation, [](const auto& entry) { return entry.first; })
      ->second;
}

Result<FeatureSet> ParseDefinitions(std::string_view yaml, std::string_view source) {
  return FeatureSetFromJson(FAIRLINE_TRY(ParseYaml(yaml, source)), source);
}

Result<FeatureSet> FeatureSetFromJson(const Json& json, std::string_view source) {
  if (json.is_array()) return FeatureSet{FAIRLINE_TRY(DefinitionsFromJson(json, source)), {}};
  JsonReader reader(json, std::string(source));
  const std::string include = reader.StringOr("include", "");
  if (reader.Has("include") && include != "domain") reader.Fault("include", "must be domain");
  const Json* missing_values = reader.ValueOr("missing_values");
  if (missing_values != nullptr && !missing_values->is_object()) {
    reader.Fault("missing_values", "must be a map of field names to numbers");
  }
  const Json& definitions = reader.Value("features");
  if (!definitions.is_array()) reader.Fault("features", "must be a list of definitions");
  FAIRLINE_TRY(reader.Finish());

  FeatureSet set = include == "domain" ? DomainDefinitions() : FeatureSet();
  std::ranges::move(FAIRLINE_TRY(DefinitionsFromJson(definitions, source)),
                    std::back_inserter(set.definitions));
  if (missing_values != nullptr) {
    std::ranges::move(FAIRLINE_TRY(MissingValuesFromJson(*missing_values, source)),
                      std::back_inserter(set.missing_values));
  }
  return set;
}

Result<FeatureDefinition> DefinitionFromJson(const Json& json, std::string_view source) {
  const Json* name = json.Find("name");
  const bool named = name != nullptr && name->is_string();
  JsonReader reader(json, fmt::format("{}: {}", source, named ? name->string() : "features"));
  FeatureDefinition definition;
  definition.name = reader.String("name");
  if (definition.name.empty() || IsPattern(definition.name)) {
    reader.Fault("name", "a feature needs a name without `*`");
  }
  if (ReadOperation(reader, definition)) CheckInputs(reader, definition);
  ReadSettings(reader, definition);
  FAIRLINE_TRY(reader.Finish());
  return definition;
}

Json DefinitionToJson(const FeatureDefinition& definition) {
  const FeatureDefinition defaults;
  Json json = Json::MakeObject();
  json["name"] = definition.name;
  json[OperationName(definition.operation)] = Json::ArrayOf(definition.inputs);
  if (definition.negate) json["negate"] = true;
  if (definition.divisor != defaults.divisor) json["divisor"] = definition.divisor;
  if (definition.epsilon != defaults.epsilon) json["epsilon"] = definition.epsilon;
  if (definition.threshold != defaults.threshold) json["threshold"] = definition.threshold;
  if (definition.any_input) json["any_input"] = true;
  if (definition.skip_missing) json["skip_missing"] = true;
  if (definition.if_missing) json["if_missing"] = *definition.if_missing;
  if (definition.minimum) json["at_least"] = *definition.minimum;
  if (definition.maximum) json["at_most"] = *definition.maximum;
  return json;
}

}  // namespace fairline
