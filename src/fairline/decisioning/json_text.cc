// Plain values are written here, everything unusual is left to Json.
#include "fairline/decisioning/json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fairline {
namespace {

bool IsPlain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

template <typename Number>
std::string_view Digits(Number value, char (&buffer)[32]) {
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

}  // namespace

void AppendJsonString(std::string_view value, std::string& text) {
  if (!std::ranges::all_of(value, IsPlain)) {
    text += Json(value).Dump();
    return;
  }
  text += '"';
  text += value;
  text += '"';
}

void AppendJsonNumber(int64_t value, std::string& text) {
  char buffer[32];
  text += Digits(value, buffer);
}

void AppendJsonNumber(double value, std::string& text) {
  char buffer[32];
  const std::string_view digits = std::isfinite(value) ? Digits(value, buffer) : "null";
  text += digits;
  // A whole double says so, or it would be read back as an integer; null stays what it is.
  if (digits.find_first_of(".en") == std::string_view::npos) text += ".0";
}

void AppendJson(const Json& value, std::string& text) {
  if (value.is_integer()) {
    AppendJsonNumber(value.integer(), text);
  } else if (value.is_number()) {
    AppendJsonNumber(value.number(), text);
  } else if (value.is_string()) {
    AppendJsonString(value.string(), text);
  } else {
    text += value.is_null() ? "null" : value.Dump();
  }
}

}  // namespace fairline
