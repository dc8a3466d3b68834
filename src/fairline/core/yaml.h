// YAML text -> the same value as JSON, each node knowing its line.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/json.h"

namespace fairline {

/// One YAML document. Plain scalars become null, booleans (true/false), integers or doubles as in
/// the YAML 1.2 core schema; quoted ones stay strings. Anchors are resolved; duplicate keys, tags
/// and more than one document are errors. `source` names the file in messages: `train.yaml:12: …`.
Result<Json> ParseYaml(std::string_view text, std::string_view source);

}  // namespace fairline
