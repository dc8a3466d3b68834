// LightGBM's text model format: reads versions v3 and v4, writes v4.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// Checks everything a later reader relies on: child indexes form one tree, thresholds are numbers,
/// covers are not negative, names are unique, sizes are under core/limits.h, trees are as long as
/// the header says. Refused by name: linear trees, multiclass, ranking, other objectives, and
/// regression unless the outputs are averaged and all leaves lie in [0, 1]: a forest of
/// probabilities. Nodes are put into preorder. Nothing after "end of trees" is read: it changes no
/// score, and LightGBM takes files that end there. Errors name the tree and the key.
Result<TreeEnsemble> ParseLightGbmModel(std::string_view text);

/// The text of a forest of probabilities without categorical tests, which LightGBM reads too and
/// predicts the same numbers from. ParseLightGbmModel gives the model back, with the names as they
/// can be written. The same model, the same bytes.
std::string WriteLightGbmForest(const TreeEnsemble& model);

/// A column's name as LightGBM can write it: blanks and the characters of JSON become "_".
std::string LightGbmFeatureName(std::string_view name);

}  // namespace fairline
