// One row at a time without a branch on any test: which leaves are still possible is a mask for
// each tree, and the tests that fail take theirs away.
#pragma once

#include <memory>

#include "fairline/models/engine/score_engine.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// `tests`: of the model's nodes, over `bins`. Null for trees of more than 64 leaves, and for
/// tables that would be too large.
std::unique_ptr<const ScoreEngine> MakeMaskEngine(const TreeEnsemble& model,
                                                  std::shared_ptr<const FeatureBins> bins,
                                                  std::span<const BinTest> tests);

}  // namespace fairline
