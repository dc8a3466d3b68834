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

}  // namespace

std::vector<std::string_view> SplitBlanks(std::string_view text) {
  std::vector<std::string_view> tokens;
  size_t begin = 0;
  while ((begin = text.find_first_not_of(' ', begin)) != std::string_view::npos) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    tokens.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return tokens;
}

std::unexpected<Error> LightGbmSection::Fault(std::string_view key, std::string_view what,
                                              ErrorCode code) const {
  return Fail(code, fmt::format("model file, {}, {}: {}", name_, key, what));
}

Status LightGbmSection::Add(std::string_view line) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos && line != "average_output") {
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
  const auto tokens = SplitBlanks(FAIRLINE_TRY(Text(key)));
  if (tokens.size() != count) {
    return Fault(key, fmt::format("has {} values where {} are expected", tokens.size(), count));
  }
  std::vector<int64_t> values(count);
  for (size_t i = 0; i < count; ++i) {
    if (!ParseToken(tokens[i], values[i])) {
      return Fault(key, fmt::format("value {} is {}, not a whole number", i, Quoted(tokens[i])));
    }
    if (values[i] < minimum || values[i] > maximum) {
      return Fault(key,
                   fmt::format("value {} is {}, outside {} to {}", i, values[i], minimum, maximum));
    }
  }
  return values;
}

Result<std::vector<double>> LightGbmSection::Numbers(std::string_view key, size_t count) const {
  const auto tokens = SplitBlanks(FAIRLINE_TRY(Text(key)));
  if (tokens.size() != count) {
    return Fault(key, fmt::format("has {} values where {} are expected", tokens.size(), count));
  }
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) {
    if (!ParseToken(tokens[i], values[i])) {
      return Fault(key, fmt::format("value {} is {}, not a number", i, Quoted(tokens[i])));
    }
  }
  return values;
}

}  // namespace fairline
