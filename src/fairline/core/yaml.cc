// yaml-cpp parses; this file copies its nodes into our value and refuses what would surprise: tags,
// duplicate keys, several documents, keys that are not plain texts.
#include "fairline/core/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

#include "fairline/core/limits.h"
#include "fairline/core/utf8.h"

namespace fairline {
namespace {

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

template <typename Number, typename... Base>
std::optional<Number> WholeText(std::string_view text, Base... base) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base...);
  if (text.empty() || stop != end || error != std::errc()) return std::nullopt;
  return number;
}

bool IsAllDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The core schema's [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? without its
/// sign: from_chars alone would also take "inf" and hexadecimal digits are not its default.
bool LooksLikeNumber(std::string_view text) {
  const size_t exponent = std::min(text.find_first_of("eE"), text.size());
  std::string_view digits = text.substr(0, exponent);
  if (exponent < text.size()) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
    if (!IsAllDigits(power)) return false;
  }
  const size_t point = digits.find('.');
  if (point == std::string_view::npos) return IsAllDigits(digits);
  const std::string_view whole = digits.substr(0, point);
  const std::string_view fraction = digits.substr(point + 1);
  if (whole.empty()) return IsAllDigits(fraction);
  return IsAllDigits(whole) && (fraction.empty() || IsAllDigits(fraction));
}

/// A number of the YAML 1.2 core schema, or nothing when the scalar is plain text.
std::optional<Json> ParseNumber(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto number = WholeText<int64_t>(text.substr(2), 16);
    return number && *number >= 0 ? std::optional(Json(*number)) : std::nullopt;
  }
  if (text.starts_with("0o")) {
    const auto number = WholeText<int64_t>(text.substr(2), 8);
    return number && *number >= 0 ? std::optional(Json(*number)) : std::nullopt;
  }
  if (IsOneOf(text, {".nan", ".NaN", ".NAN"})) {
    return Json(std::numeric_limits<double>::quiet_NaN());
  }
  const bool negative = text.starts_with('-');
  std::string_view digits = text;
  if (negative || text.starts_with('+')) digits.remove_prefix(1);
  if (IsOneOf(digits, {".inf", ".Inf", ".INF"})) {
    const double infinity = std::numeric_limits<double>::infinity();
    return Json(negative ? -infinity : infinity);
  }
  if (!LooksLikeNumber(digits)) return std::nullopt;
  const std::string_view signed_digits = negative ? text : digits;
  if (const auto whole = WholeText<int64_t>(signed_digits)) return Json(*whole);
  if (const auto number = WholeText<double>(signed_digits)) return Json(*number);
  return std::nullopt;
}

Json ParsePlainScalar(const std::string& text) {
  if (IsOneOf(text, {"", "~", "null", "Null", "NULL"})) return Json();
  if (IsOneOf(text, {"true", "True", "TRUE"})) return Json(true);
  if (IsOneOf(text, {"false", "False", "FALSE"})) return Json(false);
  return ParseNumber(text).value_or(Json(text));
}

class Converter {
 public:
  explicit Converter(std::string_view source) : source_(source) {}

  Result<Json> Convert(const YAML::Node& node, int line, size_t depth) {
    if (depth > limits::kJsonDepth) {
      return FailAt(line, fmt::format("more than {} levels", limits::kJsonDepth));
    }
    // Aliases are copied out, so a small text can stand for a huge value.
    if (++nodes_ > limits::kYamlNodes) {
      return FailAt(line, fmt::format("more than {} values", limits::kYamlNodes));
    }
    Json json = FAIRLINE_TRY(ConvertContent(node, line, depth));
    json.set_line(line);
    return json;
  }

  std::unexpected<Error> FailAt(int line, std::string_view what) const {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", source_, line, what));
  }

  static int LineOf(const YAML::Node& node) {
    return node.Mark().is_null() ? 1 : node.Mark().line + 1;
  }

 private:
  Result<Json> ConvertContent(const YAML::Node& node, int line, size_t depth) {
    // yaml-cpp marks plain nodes by "?" and quoted scalars by "!".
    const std::string& tag = node.Tag();
    if (!IsOneOf(tag, {"", "?", "!"})) {
      return FailAt(line, fmt::format("the tag {} is not allowed here", tag));
    }
    switch (node.Type()) {
      case YAML::NodeType::Map:
        return ConvertMap(node, depth);
      case YAML::NodeType::Sequence:
        return ConvertSequence(node, depth);
      case YAML::NodeType::Scalar:
        return tag == "!" ? Json(node.Scalar()) : ParsePlainScalar(node.Scalar());
      default:
        return Json();
    }
  }

  Result<Json> ConvertMap(const YAML::Node& node, size_t depth) {
    Json::Object object;
    std::set<std::string> keys;
    for (const auto& member : node) {
      const std::string& key = member.first.Scalar();
      const int line = LineOf(member.first);
      if (!member.first.IsScalar()) return FailAt(line, "a key must be a single word or text");
      if (!keys.insert(key).second) {
        return FailAt(line, fmt::format("the key \"{}\" is given twice", key));
      }
      object.emplace_back(key, FAIRLINE_TRY(Convert(member.second, line, depth + 1)));
    }
    return Json(std::move(object));
  }

  Result<Json> ConvertSequence(const YAML::Node& node, size_t depth) {
    Json::Array array;
    for (const YAML::Node& item : node) {
      array.push_back(FAIRLINE_TRY(Convert(item, LineOf(item), depth + 1)));
    }
    return Json(std::move(array));
  }

  std::string_view source_;
  size_t nodes_ = 0;
};

/// Remembers where a document starts and lets everything else pass.
class DocumentStart : public YAML::EventHandler {
 public:
  int line = 1;

  void OnDocumentStart(const YAML::Mark& mark) override { line = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// The line of whatever follows the first document. YAML::LoadAll would tell too, but never
/// returns from a text like ",1", which it takes for an endless row of empty documents.
std::optional<int> FindSecondDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return std::nullopt;
  return start.line;
}

}  // namespace

Result<Json> ParseYaml(std::string_view text, std::string_view source) {
  if (text.size() > limits::kConfigBytes) {
    return Fail(ErrorCode::kTooLarge, fmt::format("{}: larger than the {} bytes allowed here",
                                                  source, limits::kConfigBytes));
  }
  if (!IsUtf8(text)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: the text is not valid UTF-8", source));
  }
  Converter converter(source);
  try {
    if (const auto line = FindSecondDocument(std::string(text))) {
      return converter.FailAt(*line, "there is more text after the end of the first document");
    }
    const YAML::Node document = YAML::Load(std::string(text));
    return converter.Convert(document, Converter::LineOf(document), 0);
  } catch (const YAML::DeepRecursion&) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: more than {} levels", source, limits::kJsonDepth));
  } catch (const YAML::Exception& e) {
    return converter.FailAt(
        e.mark.is_null() ? 1 : e.mark.line + 1,
        fmt::format("this is not YAML ({}); check indentation, quotes and brackets", e.msg));
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: this YAML cannot be read", source),
                e.what());
  }
}

}  // namespace fairline
