// Number parsing is by std::from_chars: exact and free of locale.
#include "fairline/models/lightgbm_section.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace fairline {
namespace {

/// The whole token is a number of type T.
template <typename T>
bool ParseToken(std::string_view token, T& value) {
  const char* end = token.data() + token.size();
  const auto [parsed_to, error] = std::from_chars(token.data(), end, value);
  if (error != std::errc() || parsed_to != end) return false;
  if constexpr (std::is_floating_point_v<T>) return !std::isnan(value);
  return true;
}

/// A token as a message shows it: damaged files hold anything, so not all of it.
std::string Quoted(std::string_view token) {
  constexpr size_t kShown = 40;
  std::string shown;
  for (const char c : token.substr(0, kShown)) shown += c >= ' ' && c <= '~' ? c : '?';
  return fmt::format("\"{}{}\"", shown, token.size() > kShown ? "..." : "");
}

/// Takes the next token off `text`; empty at its end.
std::string_view NextToken(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view token = text.substr(0, text.find(' '));
  text.remove_prefix(token.size());
  return token;
}

/// Counted before any is kept: a damaged line may be as long as the file.
template <typename T>
Result<std::vector<T>> ParseTokens(const LightGbmSection& section, std::string_view key,
                                   size_t count, std::string_view kind) {
  const std::string_view text = FAIRLINE_TRY(section.Text(key));
  size_t given = 0;
  for (std::string_view left = text; !NextToken(left).empty();) ++given;
  if (given != count) {
    return section.Fault(key, fmt::format("has {} values where {} are expected", given, count));
  }
  std::vector<T> values(count);
  std::string_view left = text;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view token = NextToken(left);
    if (!ParseToken(token, values[i])) {
      return section.Fault(key, fmt::format("value {} is {}, not {}", i, Quoted(token), kind));
    }
  }
  return values;
}

}  // namespace

std::vector<std::string_view> SplitBlanks(std::string_view text) {
  std::vector<std::string_view> tokens;
  for (auto token = NextToken(text); !token.empty(); token = NextToken(text)) {
    tokens.push_back(token);
  }
  return tokens;
}

std::unexpected<Error> LightGbmSection::Fault(std::string_view key, std::string_view what,
                                              ErrorCode code) const {
  return Fail(code, fmt::format("model file, {}, {}: {}", name_, key, what));
}

Status LightGbmSection::Add(std::string_view line) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos && line != mark_) {
    return Fault(Quoted(line), "is neither a value nor a known mark");
  }
  const std::string_view key = line.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : line.substr(equals + 1);
  if (!values_.emplace(key, value).second) return Fault(Quoted(key), "is given twice");
  return {};
}

Result<std::string_view> LightGbmSection::Text(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return Fault(key, "is missing; the file is damaged or cut short");
  return found->second;
}

Result<int64_t> LightGbmSection::Integer(std::string_view key, int64_t minimum,
                                         int64_t maximum) const {
  return FAIRLINE_TRY(Integers(key, 1, minimum, maximum))[0];
}

Result<std::vector<int64_t>> LightGbmSection::Integers(std::string_view key, size_t count,
                                                       int64_t minimum, int64_t maximum) const {
  auto values = FAIRLINE_TRY(ParseTokens<int64_t>(*this, key, count, "a whole number"));
  for (size_t i = 0; i < count; ++i) {
    if (values[i] < minimum || values[i] > maximum) {
      return Fault(key,
                   fmt::format("value {} is {}, outside {} to {}", i, values[i], minimum, maximum));
    }
  }
  return values;
}

Result<std::vector<double>> LightGbmSection::Numbers(std::string_view key, size_t count) const {
  return ParseTokens<double>(*this, key, count, "a number");
}

}  // namespace fairline
