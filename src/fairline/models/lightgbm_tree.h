// One "Tree=N" section of a LightGBM text model -> a checked Tree.
#pragma once

#include "fairline/core/result.h"
#include "fairline/models/lightgbm_section.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// Child links form one tree over all nodes and leaves, each set of categories has its node,
/// thresholds are numbers, leaf values cannot add up to infinity, covers are not negative, split
/// features are below `features`. Linear trees are kUnsupported.
Result<Tree> ParseLightGbmTree(const LightGbmSection& section, size_t features);

}  // namespace fairline
