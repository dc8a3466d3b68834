// How the text and the page of a report read its JSON: whatever is absent is not a number, empty or
// a dash, because older bundles have fewer parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"

namespace fairline {

/// NaN when there is no number of that name.
double NumberAt(const Json& json, std::string_view key);
std::string TextAt(const Json& json, std::string_view key);
/// A reference to null when absent.
const Json& PartAt(const Json& json, std::string_view key);
const Json::Array& ListAt(const Json& json, std::string_view key);
/// The numbers of an array; what is none becomes NaN.
std::vector<double> NumbersAt(const Json& json, std::string_view key);

/// The space of a report's attributions for a person: "log-odds", "mean bag margin".
std::string AttributionSpace(const Json& report);

/// 12345 as "12,345".
std::string Grouped(double count);
/// Two decimals: "8.05%".
std::string Percent(double share);
/// With so many decimals and a true minus sign; "–" for what is not a number.
std::string Fixed(double value, int decimals);
/// "p = 0.27", or "p < 0.001".
std::string PValue(double p);

}  // namespace fairline
