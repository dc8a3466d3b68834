// A tree ensemble compiled for speed. The model (models/tree_ensemble.h) can be inspected; what is
// made of it here only scores. Every engine gives the bits of LightGBM's raw score on every
// processor.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "fairline/models/engine/engine.h"
#include "fairline/models/engine/feature_bins.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

class ScoreEngine {
 public:
  virtual ~ScoreEngine() = default;
  /// How a batch is scored: "bit planes, avx2", "walks over bins", "reference".
  virtual std::string_view what() const = 0;
  /// `row`: one number per model feature. Thread-safe.
  virtual double RawScore(std::span<const double> row) const = 0;
  /// `scores`: one per row of the columns, the same bits as row by row, which is how it is done
  /// where an engine has nothing better. Thread-safe.
  virtual void RawScores(const FeatureColumns& rows, std::span<double> scores) const;
};

/// The fastest scoring that `engine` has for this model: a model whose trees or features are too
/// large for its tables is scored by a slower one. The model may be dropped afterwards.
std::unique_ptr<const ScoreEngine> CompileScores(const TreeEnsemble& model,
                                                 Engine engine = DefaultEngine());

}  // namespace fairline
