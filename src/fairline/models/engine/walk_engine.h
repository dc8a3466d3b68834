// Walks trees of any size over bins, many at a time. Runs on every processor.
#pragma once

#include <memory>

#include "fairline/models/engine/score_engine.h"

namespace fairline {

/// `tests`: of the model's nodes, over `bins`. Null when these have too many slots.
std::unique_ptr<const ScoreEngine> MakeWalkEngine(const TreeEnsemble& model,
                                                  std::shared_ptr<const FeatureBins> bins,
                                                  std::span<const BinTest> tests);

}  // namespace fairline
