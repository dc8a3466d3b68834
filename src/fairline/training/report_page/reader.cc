#include "fairline/training/report_page/reader.h"

#include <fmt/format.h>

#include <cmath>

namespace fairline {

double NumberAt(const Json& json, std::string_view key) {
  const Json* value = json.Find(key);
  return value != nullptr && value->is_number() ? value->number() : std::nan("");
}

std::string TextAt(const Json& json, std::string_view key) {
  const Json* value = json.Find(key);
  return value != nullptr && value->is_string() ? value->string() : std::string();
}

const Json& PartAt(const Json& json, std::string_view key) {
  static const Json kNone;
  const Json* value = json.Find(key);
  return value == nullptr ? kNone : *value;
}

const Json::Array& ListAt(const Json& json, std::string_view key) {
  static const Json::Array kNone;
  const Json* value = json.Find(key);
  return value == nullptr || !value->is_array() ? kNone : value->array();
}

std::vector<double> NumbersAt(const Json& json, std::string_view key) {
  std::vector<double> numbers;
  for (const Json& item : ListAt(json, key)) {
    numbers.push_back(item.is_number() ? item.number() : std::nan(""));
  }
  return numbers;
}

std::string AttributionSpace(const Json& report) {
  const std::string space = TextAt(PartAt(report, "attributions"), "space");
  if (space == "probability") return space;
  return space == "mean_bag_margin" ? "mean margin of the bags" : "log-odds";
}

std::string Grouped(double count) {
  if (!std::isfinite(count)) return "–";
  const std::string digits = fmt::format("{:.0f}", count);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

std::string Percent(double share) {
  return std::isfinite(share) ? fmt::format("{:.2f}%", 100 * share) : "–";
}

std::string Fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "–";
  const std::string text = fmt::format("{:.{}f}", value, decimals);
  if (!text.starts_with('-')) return text;
  // A rounded minus zero says nothing.
  const std::string digits = text.substr(1);
  return digits.find_first_not_of("0.") == std::string::npos ? digits : "−" + digits;
}

std::string PValue(double p) {
  if (!std::isfinite(p)) return "p unknown";
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.{}f}", p, p < 0.1 ? 3 : 2);
}

}  // namespace fairline
