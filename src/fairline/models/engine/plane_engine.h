// Scores batches by bit planes: QuickScorer's idea (Lucchese et al., SIGIR 2015), that a test which
// fails rules out the leaves of its left subtree and the first leaf left is the row's, with one
// byte of leaves per row and instruction as in RapidScorer (Ye et al., KDD 2018).
#pragma once

#include <memory>

#include "fairline/models/engine/score_engine.h"

namespace fairline {

/// `tests`: of the model's nodes, over `bins`; `engine`: kAvx2 or kAvx512; `rows`: what scores
/// single rows. Null when a tree has more than 64 leaves or a feature more thresholds than fit a
/// byte: then `rows` is left as it is.
std::unique_ptr<const ScoreEngine> MakePlaneEngine(const TreeEnsemble& model, Engine engine,
                                                   std::shared_ptr<const FeatureBins> bins,
                                                   std::span<const BinTest> tests,
                                                   std::unique_ptr<const ScoreEngine>& rows);

}  // namespace fairline
