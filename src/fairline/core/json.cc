// simdjson does the parsing; this file copies its result into our value and refuses what simdjson
// lets pass (duplicate keys). What is wrong with a refused text, and where, is found by
// json_fault.cc, off the hot path.
#include "fairline/core/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "fairline/core/check.h"
#include "fairline/core/json_fault.h"
#include "fairline/core/limits.h"
#include "fairline/core/utf8.h"

namespace fairline {
namespace {

namespace dom = simdjson::dom;

// Parsers keep their buffers, so each thread has one for documents of the usual size; a model file
// of a gigabyte must not stay in memory behind it.
constexpr size_t kReusedParserBytes = 1 << 20;

/// The first key that an object has twice, or nullptr. Sorting keeps it cheap for large objects.
const std::string_view* FindDuplicate(std::vector<std::string_view>& keys) {
  std::ranges::sort(keys);
  const auto found = std::ranges::adjacent_find(keys);
  return found == keys.end() ? nullptr : &*found;
}

Result<Json> Convert(const dom::element& element);

Result<Json> ConvertObject(const dom::object& source) {
  Json::Object object;
  std::vector<std::string_view> keys;
  object.reserve(source.size());
  keys.reserve(source.size());
  for (const auto [key, value] : source) {
    keys.push_back(key);
    object.emplace_back(key, FAIRLINE_TRY(Convert(value)));
  }
  if (const std::string_view* key = FindDuplicate(keys)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the key {} is given twice in one object", Json(*key).Dump()));
  }
  return Json(std::move(object));
}

Result<Json> ConvertArray(const dom::array& source) {
  Json::Array array;
  array.reserve(source.size());
  for (const dom::element item : source) array.push_back(FAIRLINE_TRY(Convert(item)));
  return Json(std::move(array));
}

Result<Json> Convert(const dom::element& element) {
  switch (element.type()) {
    case dom::element_type::OBJECT:
      return ConvertObject(element.get_object().value_unsafe());
    case dom::element_type::ARRAY:
      return ConvertArray(element.get_array().value_unsafe());
    case dom::element_type::STRING:
      return Json(element.get_string().value_unsafe());
    case dom::element_type::INT64:
      return Json(element.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return Json(static_cast<double>(element.get_uint64().value_unsafe()));
    case dom::element_type::DOUBLE:
      return Json(element.get_double().value_unsafe());
    case dom::element_type::BOOL:
      return Json(element.get_bool().value_unsafe());
    case dom::element_type::NULL_VALUE:
      return Json();
  }
  FAIRLINE_CHECK(false, "a kind of JSON value that there is not");
}

Result<Json> ParseWith(dom::parser& parser, std::string_view text) {
  const bool fits = parser.capacity() >= text.size() && parser.max_depth() == limits::kJsonDepth;
  if (!fits && parser.allocate(text.size(), limits::kJsonDepth) != simdjson::SUCCESS) {
    return Fail(ErrorCode::kUnavailable, "there is not enough memory to read this JSON text");
  }
  dom::element root;
  const simdjson::error_code error = parser.parse(text.data(), text.size(), true).get(root);
  if (error == simdjson::SUCCESS) return Convert(root);
  return Fail(ErrorCode::kInvalidArgument, FindJsonFault(text), simdjson::error_message(error));
}

/// Kind checks of the accessors, in one place.
template <typename T, typename Variant>
const T& As(const Variant& value, const char* message) {
  const T* held = std::get_if<T>(&value);
  FAIRLINE_CHECK(held != nullptr, message);
  return *held;
}

/// Every byte that begins no valid UTF-8 character becomes U+FFFD, so that a text always reads
/// back. Only texts that did not come from Parse can hold such bytes.
std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const size_t bytes = Utf8CharacterBytes(text);
    valid += bytes > 0 ? text.substr(0, bytes) : "\xef\xbf\xbd";
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return valid;
}

void WriteString(std::string_view text, std::string& out) {
  if (!IsUtf8(text)) return WriteString(ReplaceInvalidUtf8(text), out);
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

template <typename Number>
void WriteNumber(Number number, std::string& out) {
  char buffer[32];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), number).ptr;
  out.append(buffer, end);
}

void WriteDouble(double number, std::string& out) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const size_t start = out.size();
  WriteNumber(number, out);
  // A whole double says so, or it would be read back as an integer (and -0.0 would lose its sign).
  if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

/// Writes a value; `indent` is the depth of a pretty text and negative for a compact one.
class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void Write(const Json& json) {
    if (json.is_object()) {
      WriteItems('{', json.object(), '}', [this](const Json::Member& member) {
        WriteString(member.first, text_);
        text_ += pretty_ ? ": " : ":";
        Write(member.second);
      });
    } else if (json.is_array()) {
      WriteItems('[', json.array(), ']', [this](const Json& item) { Write(item); });
    } else if (json.is_string()) {
      WriteString(json.string(), text_);
    } else if (json.is_integer()) {
      WriteNumber(json.integer(), text_);
    } else if (json.is_number()) {
      WriteDouble(json.number(), text_);
    } else {
      text_ += json.is_null() ? "null" : json.boolean() ? "true" : "false";
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  template <typename Items, typename WriteItem>
  void WriteItems(char open, const Items& items, char close, WriteItem write_item) {
    text_ += open;
    ++depth_;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) text_ += ',';
      NewLine();
      write_item(items[i]);
    }
    --depth_;
    if (!items.empty()) NewLine();
    text_ += close;
  }

  void NewLine() {
    if (pretty_) text_.append(1, '\n').append(2 * depth_, ' ');
  }

  std::string text_;
  size_t depth_ = 0;
  bool pretty_;
};

}  // namespace

std::string_view Json::kind_name() const {
  constexpr std::string_view kNames[] = {"null",     "a boolean", "a whole number", "a number",
                                         "a string", "an array",  "an object"};
  return kNames[value_.index()];
}

bool Json::boolean() const { return As<bool>(value_, "this JSON value is not a boolean"); }

int64_t Json::integer() const { return As<int64_t>(value_, "this JSON value is not an integer"); }

double Json::number() const {
  if (is_integer()) return static_cast<double>(integer());
  return As<double>(value_, "this JSON value is not a number");
}

const std::string& Json::string() const {
  return As<std::string>(value_, "this JSON value is not a string");
}

const Json::Array& Json::array() const {
  return As<Array>(value_, "this JSON value is not an array");
}

const Json::Object& Json::object() const {
  return As<Object>(value_, "this JSON value is not an object");
}

const Json* Json::Find(std::string_view key) const {
  const Object* members = std::get_if<Object>(&value_);
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, key, &Member::first);
  return found == members->end() ? nullptr : &found->second;
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object{};
  if (const Json* found = Find(key)) return const_cast<Json&>(*found);
  FAIRLINE_CHECK(is_object(), "this JSON value is not an object");
  return std::get<Object>(value_).emplace_back(key, Json()).second;
}

void Json::Append(Json item) {
  if (is_null()) value_ = Array{};
  FAIRLINE_CHECK(is_array(), "this JSON value is not an array");
  std::get<Array>(value_).push_back(std::move(item));
}

std::string Json::Dump() const {
  Writer writer(/*pretty=*/false);
  writer.Write(*this);
  return writer.Take();
}

std::string Json::Pretty() const {
  Writer writer(/*pretty=*/true);
  writer.Write(*this);
  return writer.Take();
}

Result<Json> Json::Parse(std::string_view text) {
  if (text.size() > kReusedParserBytes) {
    dom::parser parser;
    return ParseWith(parser, text);
  }
  thread_local dom::parser parser;
  return ParseWith(parser, text);
}

}  // namespace fairline
