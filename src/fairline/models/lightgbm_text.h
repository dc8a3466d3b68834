// Reads LightGBM's text model format (version v3 and v4, binary objective).
#pragma once

#include <string_view>

#include "fairline/core/result.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// Checks everything a later reader relies on: child indexes form one tree, thresholds are numbers,
/// covers are not negative, sizes are under core/limits.h. Refused by name: linear trees,
/// multiclass, ranking, regression, other objectives. Nodes are put into preorder.
Result<TreeEnsemble> ParseLightGbmModel(std::string_view text);

/// The lines that hold the trees ("Tree=0" to "end of trees"): what two trainings with the same
/// data and parameters must agree on byte for byte.
std::string_view TreeSection(std::string_view text);

}  // namespace fairline
