// Walks trees of any size over bins, many at a time. Runs on every processor.
#pragma once

#include <memory>

#include "fairline/models/engine/score_engine.h"

namespace fairline {

/// Null when the model does not fit bins.
std::unique_ptr<const ScoreEngine> MakeWalkEngine(const TreeEnsemble& model);

}  // namespace fairline
