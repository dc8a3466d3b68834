// JsonReader: collects the faults of an object instead of stopping at the first, so that a person
// corrects a file once.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "fairline/core/json.h"
#include "fairline/core/suggest.h"

namespace fairline {
namespace {

const Json kNull;

/// A whole number, also when it is written as 5.0 or 1e3.
std::optional<int64_t> WholeNumber(const Json& json) {
  if (json.is_integer()) return json.integer();
  constexpr double kExact = 0x1p53;
  if (!json.is_number() || std::fabs(json.number()) > kExact) return std::nullopt;
  if (std::trunc(json.number()) != json.number()) return std::nullopt;
  return static_cast<int64_t>(json.number());
}

bool IsFinite(const Json& json) { return json.is_number() && std::isfinite(json.number()); }

/// What a value is, for "must be …, not …".
std::string_view Describe(const Json& json) {
  return json.is_number() && !IsFinite(json) ? "an infinity or NaN" : json.kind_name();
}

}  // namespace

JsonReader::JsonReader(const Json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) {
    Note("", object_, fmt::format("must be an object with keys, not {}", Describe(object_)));
  }
}

std::string JsonReader::String(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? "" : ReadString(key, *value);
}

double JsonReader::Number(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? 0 : ReadNumber(key, *value);
}

int64_t JsonReader::Integer(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? 0 : ReadInteger(key, *value);
}

bool JsonReader::Bool(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? false : ReadBool(key, *value);
}

std::vector<std::string> JsonReader::Strings(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? std::vector<std::string>() : ReadStrings(key, *value);
}

std::vector<double> JsonReader::Numbers(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? std::vector<double>() : ReadNumbers(key, *value);
}

const Json& JsonReader::Value(std::string_view key) {
  const Json* value = Required(key);
  return value == nullptr ? kNull : *value;
}

std::string JsonReader::StringOr(std::string_view key, std::string fallback) {
  const Json* value = ValueOr(key);
  return value == nullptr ? fallback : ReadString(key, *value);
}

double JsonReader::NumberOr(std::string_view key, double fallback) {
  const Json* value = ValueOr(key);
  return value == nullptr ? fallback : ReadNumber(key, *value);
}

int64_t JsonReader::IntegerOr(std::string_view key, int64_t fallback) {
  const Json* value = ValueOr(key);
  return value == nullptr ? fallback : ReadInteger(key, *value);
}

bool JsonReader::BoolOr(std::string_view key, bool fallback) {
  const Json* value = ValueOr(key);
  return value == nullptr ? fallback : ReadBool(key, *value);
}

std::vector<std::string> JsonReader::StringsOr(std::string_view key,
                                               std::vector<std::string> fallback) {
  const Json* value = ValueOr(key);
  return value == nullptr ? fallback : ReadStrings(key, *value);
}

std::vector<double> JsonReader::NumbersOr(std::string_view key, std::vector<double> fallback) {
  const Json* value = ValueOr(key);
  return value == nullptr ? fallback : ReadNumbers(key, *value);
}

const Json* JsonReader::ValueOr(std::string_view key) {
  taken_.emplace_back(key);
  const Json* value = object_.Find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const Json* JsonReader::Required(std::string_view key) {
  if (const Json* value = ValueOr(key)) return value;
  if (const Json* null = object_.Find(key)) {
    Note(key, *null, "must have a value, not null");
  } else if (object_.is_object()) {
    Note(key, object_, fmt::format("missing key \"{}\"", key), /*names_key=*/true);
  }
  return nullptr;
}

std::string JsonReader::ReadString(std::string_view key, const Json& value) {
  if (value.is_string()) return value.string();
  NoteKind(key, value, "a string");
  return "";
}

double JsonReader::ReadNumber(std::string_view key, const Json& value) {
  if (IsFinite(value)) return value.number();
  NoteKind(key, value, "a number");
  return 0;
}

int64_t JsonReader::ReadInteger(std::string_view key, const Json& value) {
  if (const auto whole = WholeNumber(value)) return *whole;
  NoteKind(key, value, "a whole number");
  return 0;
}

bool JsonReader::ReadBool(std::string_view key, const Json& value) {
  if (value.is_bool()) return value.boolean();
  NoteKind(key, value, "true or false");
  return false;
}

std::vector<std::string> JsonReader::ReadStrings(std::string_view key, const Json& value) {
  if (value.is_string()) return {value.string()};
  std::vector<std::string> strings;
  ReadItems(key, value, "an array of strings", [&](const Json& item) {
    if (item.is_string()) strings.push_back(item.string());
    return item.is_string();
  });
  return strings;
}

std::vector<double> JsonReader::ReadNumbers(std::string_view key, const Json& value) {
  std::vector<double> numbers;
  ReadItems(key, value, "an array of numbers", [&](const Json& item) {
    if (IsFinite(item)) numbers.push_back(item.number());
    return IsFinite(item);
  });
  return numbers;
}

template <typename ReadItem>
void JsonReader::ReadItems(std::string_view key, const Json& value, std::string_view kind,
                           ReadItem read_item) {
  if (!value.is_array()) return NoteKind(key, value, kind);
  const Json::Array& items = value.array();
  const auto bad = std::ranges::find_if_not(items, read_item);
  if (bad == items.end()) return;
  Note(key, *bad,
       fmt::format("must be {}; item {} is {}", kind, bad - items.begin() + 1, Describe(*bad)));
}

void JsonReader::Fault(std::string_view key, std::string message) {
  const Json* value = object_.Find(key);
  Note(key, value == nullptr ? object_ : *value, std::move(message));
}

void JsonReader::Absorb(const Error& part) {
  if (!message_.empty()) message_ += "; ";
  message_ += part.message;
  faults_.insert(faults_.end(), part.faults.begin(), part.faults.end());
  if (part.faults.empty()) faults_.push_back({"", part.message});
}

void JsonReader::NoteKind(std::string_view key, const Json& value, std::string_view kind) {
  Note(key, value, fmt::format("must be {}, not {}", kind, Describe(value)));
}

void JsonReader::Note(std::string_view key, const Json& at, std::string message, bool names_key) {
  // "train.yaml: model" is a file and a path inside it: the line belongs to the file.
  const size_t colon = where_.find(": ");
  const std::string source = where_.substr(0, colon);
  const std::string path = colon == std::string::npos ? "" : where_.substr(colon + 2);

  std::string place = at.line() > 0 ? fmt::format("{}:{}", source, at.line()) : source;
  for (const std::string_view part : {std::string_view(path), names_key ? "" : key}) {
    if (!part.empty()) place += (place.empty() ? "" : ": ") + std::string(part);
  }
  if (!message_.empty()) message_ += "; ";
  message_ += place.empty() ? message : fmt::format("{}: {}", place, message);
  const std::string_view dot = path.empty() || key.empty() ? "" : ".";
  faults_.push_back({fmt::format("{}{}{}", path, dot, key), std::move(message)});
}

void JsonReader::NoteUnknownKeys() {
  if (!object_.is_object()) return;
  std::ranges::sort(taken_);
  std::vector<std::string> absent;
  std::ranges::copy_if(taken_, std::back_inserter(absent),
                       [this](const std::string& key) { return !Has(key); });
  for (const auto& [key, value] : object_.object()) {
    if (std::ranges::binary_search(taken_, key)) continue;
    Note(key, value, fmt::format("unknown key \"{}\"{}", key, DidYouMean(key, absent)),
         /*names_key=*/true);
  }
}

Status JsonReader::Finish() {
  NoteUnknownKeys();
  if (faults_.empty()) return {};
  return std::unexpected(
      Error{ErrorCode::kInvalidArgument, std::move(message_), {}, std::move(faults_)});
}

}  // namespace fairline
