#include "fairline/features/field_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/features/pattern.h"

namespace fairline {
namespace {

std::optional<double> OptionalNumber(JsonReader& reader, std::string_view key) {
  if (reader.ValueOr(key) == nullptr) return std::nullopt;
  return reader.Number(key);
}

std::optional<bool> OptionalBool(JsonReader& reader, std::string_view key) {
  if (reader.ValueOr(key) == nullptr) return std::nullopt;
  return reader.Bool(key);
}

template <typename T>
std::optional<T> OptionalName(JsonReader& reader, std::string_view key,
                              Result<T> (*parse)(std::string_view)) {
  const Json* value = reader.ValueOr(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    reader.Fault(key, fmt::format("must be a name, not {}", value->kind_name()));
    return std::nullopt;
  }
  const auto parsed = parse(value->string());
  if (parsed) return *parsed;
  reader.Fault(key, parsed.error().message);
  return std::nullopt;
}

Result<FieldOptions> ReadOptions(const std::string& name, const Json& value,
                                 const std::string& where) {
  // `CODE_GENDER: protected` is short for `CODE_GENDER: {role: protected}`.
  Json role_only = Json::MakeObject();
  role_only["role"] = value;
  role_only.set_line(value.line());
  JsonReader reader(value.is_string() ? role_only : value, fmt::format("{}.{}", where, name));

  FieldOptions options;
  options.name = name;
  options.role = OptionalName(reader, "role", ParseFieldRole);
  options.availability = OptionalName(reader, "availability", ParseAvailability);
  options.required = OptionalBool(reader, "required");
  options.personal = OptionalBool(reader, "personal");
  options.minimum = OptionalNumber(reader, "minimum");
  options.maximum = OptionalNumber(reader, "maximum");
  options.missing_values = reader.NumbersOr("missing_values", {});
  options.categorical = OptionalBool(reader, "categorical");
  FAIRLINE_TRY(reader.Finish());
  return options;
}

void Override(FieldOptions& base, const FieldOptions& by) {
  const auto take = [](auto& to, const auto& from) {
    if (from) to = from;
  };
  take(base.role, by.role);
  take(base.availability, by.availability);
  take(base.required, by.required);
  take(base.personal, by.personal);
  take(base.minimum, by.minimum);
  take(base.maximum, by.maximum);
  take(base.categorical, by.categorical);
  if (!by.missing_values.empty()) base.missing_values = by.missing_values;
}

}  // namespace

Result<std::vector<FieldOptions>> ParseFieldOptions(const Json& map, const std::string& where) {
  std::vector<FieldOptions> options;
  if (map.is_null()) return options;
  if (!map.is_object()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: must be a map of field names, not {}", where, map.kind_name()));
  }
  Error all{ErrorCode::kInvalidArgument, {}, {}, {}};
  for (const auto& [name, value] : map.object()) {
    auto one = ReadOptions(name, value, where);
    if (one) {
      options.push_back(*std::move(one));
      continue;
    }
    if (!all.message.empty()) all.message += "; ";
    all.message += one.error().message;
    std::ranges::move(one.error().faults, std::back_inserter(all.faults));
  }
  if (!all.message.empty()) return std::unexpected(std::move(all));
  return options;
}

FieldOptions OptionsFor(std::string_view column, const std::vector<FieldOptions>& declared) {
  FieldOptions merged;
  merged.name = column;
  for (const auto& options : declared) {
    if (IsPattern(options.name) && MatchesPattern(options.name, column)) Override(merged, options);
  }
  for (const auto& options : declared) {
    if (options.name == column) Override(merged, options);
  }
  return merged;
}

}  // namespace fairline
