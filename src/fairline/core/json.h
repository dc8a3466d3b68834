// The one JSON value of this program. Objects keep their order; whole numbers keep 64 bits; doubles
// are written in the shortest form that reads back to the same bits. YAML is read into the same
// value, with line numbers (core/yaml.h), so that every document is read by one reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(int64_t{value}) {}
  Json(int64_t value) : value_(value) {}
  Json(size_t value) : value_(static_cast<int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json MakeArray() { return Json(Array{}); }
  static Json MakeObject() { return Json(Object{}); }
  template <typename T>
  static Json ArrayOf(const std::vector<T>& items);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(value_); }
  /// An integer or a double.
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  /// "null", "a boolean", "a number", … for messages.
  std::string_view kind_name() const;

  // Each of these FAIRLINE_CHECKs the kind: ask first, or read foreign documents by JsonReader.
  bool boolean() const;
  int64_t integer() const;
  double number() const;
  const std::string& string() const;
  const Array& array() const;
  const Object& object() const;

  /// The member of that name, or nullptr (also when this is not an object).
  const Json* Find(std::string_view key) const;
  /// The member of that name, added when absent; a null value becomes an object first.
  Json& operator[](std::string_view key);
  /// Adds to an array; a null value becomes an array first.
  void Append(Json item);

  /// Compact text. NaN and infinities, which JSON cannot hold, are written as null.
  std::string Dump() const;
  /// The same, indented by two spaces, for people.
  std::string Pretty() const;

  /// RFC 8259 text. Duplicate keys, more than limits::kJsonDepth levels, numbers outside the double
  /// range and invalid UTF-8 are errors that say where.
  static Result<Json> Parse(std::string_view text);

  /// Line of a YAML source, from 1; 0 when unknown.
  int line() const { return line_; }
  void set_line(int line) { line_ = line; }

  friend bool operator==(const Json& a, const Json& b) { return a.value_ == b.value_; }

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
  int line_ = 0;
};

template <typename T>
Json Json::ArrayOf(const std::vector<T>& items) {
  Array array;
  array.reserve(items.size());
  for (const auto& item : items) array.emplace_back(T(item));
  return Json(std::move(array));
}

/// Reads an object key by key and, at Finish(), names every key that was missing, of the wrong kind
/// or asked for by nobody (with its line when the source has lines). Parsing code stays straight:
///
///   JsonReader reader(json, "train.yaml");
///   config.name = reader.String("name");
///   config.folds = reader.IntegerOr("folds", 5);
///   FAIRLINE_TRY(reader.Finish());
class JsonReader {
 public:
  /// `where` opens the messages: a file name, or a file name and a path inside it.
  JsonReader(const Json& object, std::string where);

  // Required: a missing key or another kind is noted and a neutral value returned.
  std::string String(std::string_view key);
  double Number(std::string_view key);
  int64_t Integer(std::string_view key);
  bool Bool(std::string_view key);
  /// An array of strings, or one string, which counts as an array of one.
  std::vector<std::string> Strings(std::string_view key);
  std::vector<double> Numbers(std::string_view key);
  /// An array or object to be read further; a reference to null when missing.
  const Json& Value(std::string_view key);

  // Optional: absent or null gives the default.
  std::string StringOr(std::string_view key, std::string fallback);
  double NumberOr(std::string_view key, double fallback);
  int64_t IntegerOr(std::string_view key, int64_t fallback);
  bool BoolOr(std::string_view key, bool fallback);
  std::vector<std::string> StringsOr(std::string_view key, std::vector<std::string> fallback);
  std::vector<double> NumbersOr(std::string_view key, std::vector<double> fallback);
  /// nullptr when absent.
  const Json* ValueOr(std::string_view key);

  bool Has(std::string_view key) const { return object_.Find(key) != nullptr; }
  /// Notes a fault that the caller found in the value of `key`.
  void Fault(std::string_view key, std::string message);
  /// Notes the faults of a part that was read by itself; its messages say already where they are.
  void Absorb(const Error& part);
  /// kInvalidArgument with one sentence per fault, or success.
  Status Finish();

 private:
  const Json* Required(std::string_view key);
  std::string ReadString(std::string_view key, const Json& value);
  double ReadNumber(std::string_view key, const Json& value);
  int64_t ReadInteger(std::string_view key, const Json& value);
  bool ReadBool(std::string_view key, const Json& value);
  std::vector<std::string> ReadStrings(std::string_view key, const Json& value);
  std::vector<double> ReadNumbers(std::string_view key, const Json& value);
  template <typename ReadItem>
  void ReadItems(std::string_view key, const Json& value, std::string_view kind,
                 ReadItem read_item);

  void NoteKind(std::string_view key, const Json& value, std::string_view kind);
  /// `names_key` says that the message itself names the key.
  void Note(std::string_view key, const Json& at, std::string message, bool names_key = false);
  void NoteUnknownKeys();

  const Json& object_;
  std::string where_;
  std::vector<std::string> taken_;
  std::vector<FieldFault> faults_;
  std::string message_;  // the faults with their places, joined by "; "
};

}  // namespace fairline
