// What is sealed of a record, as bytes: the features as received, and the attributions.
//
//   features      JSON array of the values in the layout's order; [] stands for a field not given
//   attributions  METHOD \n SPACE \n, then base and values as 8-byte little-endian IEEE doubles
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"

namespace fairline {

/// `features` holds fields of the layout, in its order.
std::string EncodeFeatures(const Json& features, const std::vector<std::string>& layout);
/// kDataLoss when the payload does not fit the layout.
Result<Json> DecodeFeatures(std::string_view payload, const std::vector<std::string>& layout);

std::string EncodeAttributions(const Attributions& attributions);
/// kDataLoss when there are not `count` values.
Result<Attributions> DecodeAttributions(std::string_view payload, size_t count);

/// All attributions as a document, {method, space, base, values: {feature: number}}, in the order
/// of `names`.
Json AttributionsJson(const Attributions& attributions, const std::vector<std::string>& names);
/// The text of the same document with the `count` strongest values, the strongest first.
std::string StrongestAttributions(const Attributions& attributions,
                                  const std::vector<std::string>& names, size_t count);

/// [{rank, code, text, difference, features}], its text, and back. kInvalidArgument names what is
/// wrong.
Json ReasonsJson(const std::vector<Reason>& reasons);
std::string ReasonsText(const std::vector<Reason>& reasons);
Result<std::vector<Reason>> ReasonsOf(const Json& json);

}  // namespace fairline
