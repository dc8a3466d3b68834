// The stored form of a signature: docs/reference/features.md. It may come from a damaged or foreign
// bundle, so reading verifies everything a user of the signature relies on.
#include <fmt/format.h>

#include "fairline/features/signature.h"

namespace fairline {
namespace {

Json FieldToJson(const Field& field) {
  Json json = Json::MakeObject();
  json["name"] = field.name;
  json["type"] = ColumnTypeName(field.type);
  json["role"] = FieldRoleName(field.role);
  json["availability"] = AvailabilityName(field.availability);
  json["availability_declared"] = field.availability_declared;
  json["required"] = field.required;
  json["model_input"] = field.is_model_input;
  if (!field.personal) json["personal"] = false;
  if (field.minimum) json["minimum"] = *field.minimum;
  if (field.maximum) json["maximum"] = *field.maximum;
  if (!field.missing_values.empty()) json["missing_values"] = Json::ArrayOf(field.missing_values);
  if (field.type == ColumnType::kCategorical) json["vocabulary"] = Json::ArrayOf(field.vocabulary);
  return json;
}

std::optional<double> OptionalNumber(JsonReader& reader, std::string_view key) {
  if (reader.ValueOr(key) == nullptr) return std::nullopt;
  return reader.Number(key);
}

Result<Field> FieldFromJson(const Json& json, size_t position) {
  JsonReader reader(json, fmt::format("signature, field {}", position));
  Field field;
  field.name = reader.String("name");
  const std::string type = reader.String("type");
  field.type = type == ColumnTypeName(ColumnType::kCategorical) ? ColumnType::kCategorical
                                                                : ColumnType::kNumeric;
  if (type != ColumnTypeName(field.type)) reader.Fault("type", "must be numeric or categorical");
  const auto role = ParseFieldRole(reader.String("role"));
  if (!role) reader.Fault("role", role.error().message);
  const auto availability = ParseAvailability(reader.String("availability"));
  if (!availability) reader.Fault("availability", availability.error().message);
  field.availability_declared = reader.Bool("availability_declared");
  field.required = reader.Bool("required");
  field.is_model_input = reader.Bool("model_input");
  field.personal = reader.BoolOr("personal", true);
  field.minimum = OptionalNumber(reader, "minimum");
  field.maximum = OptionalNumber(reader, "maximum");
  field.missing_values = reader.NumbersOr("missing_values", {});
  field.vocabulary = reader.StringsOr("vocabulary", {});
  FAIRLINE_TRY(reader.Finish());
  field.role = *role;
  field.availability = *availability;
  return field;
}

Result<std::vector<Field>> FieldsFromJson(const Json& json) {
  JsonReader reader(json, "signature");
  const Json& array = reader.Value("fields");
  if (!array.is_array()) reader.Fault("fields", "must be an array");
  FAIRLINE_TRY(reader.Finish());
  std::vector<Field> fields;
  for (const Json& item : array.array()) {
    fields.push_back(FAIRLINE_TRY(FieldFromJson(item, fields.size() + 1)));
  }
  return fields;
}

Result<Signature> ReadSignature(const Json& json) {
  return Signature::Create(FAIRLINE_TRY(FieldsFromJson(json)));
}

}  // namespace

Json Signature::ToJson() const {
  Json fields = Json::MakeArray();
  for (const Field& field : fields_) fields.Append(FieldToJson(field));
  Json json = Json::MakeObject();
  json["fields"] = std::move(fields);
  return json;
}

Result<Signature> Signature::FromJson(const Json& json) {
  auto signature = ReadSignature(json);
  if (!signature) signature.error().code = ErrorCode::kDataLoss;
  return signature;
}

}  // namespace fairline
