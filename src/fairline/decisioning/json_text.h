// JSON written without a tree of values, for the documents that every decision stores. The text is
// what Json::Dump gives for the same values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fairline/core/json.h"

namespace fairline {

void AppendJsonString(std::string_view value, std::string& text);
void AppendJsonNumber(int64_t value, std::string& text);
void AppendJsonNumber(double value, std::string& text);
void AppendJson(const Json& value, std::string& text);

/// Appends the items between brackets with commas between them; `append(item)` writes one.
template <typename Items, typename Append>
void AppendJsonArray(const Items& items, std::string& text, Append append) {
  text += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) text += ',';
    first = false;
    append(item);
  }
  text += ']';
}

}  // namespace fairline
