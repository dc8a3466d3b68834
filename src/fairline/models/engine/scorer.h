// A model of any class compiled for speed.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "fairline/models/engine/engine.h"
#include "fairline/models/engine/feature_bins.h"
#include "fairline/models/model.h"

namespace fairline {

class Scorer {
 public:
  virtual ~Scorer() = default;
  /// How rows are scored: "bit planes, avx2", "step tables", "scorecard".
  virtual std::string_view what() const = 0;
  /// `row`: one number per model feature. Thread-safe.
  virtual ModelOutput Score(std::span<const double> row) const = 0;
  /// `outputs`: one per row of the columns, the same bits as row by row. Thread-safe.
  virtual void ScoreRows(const FeatureColumns& rows, std::span<ModelOutput> outputs) const;
};

/// The fastest scoring that `engine` has for this model, which may be dropped afterwards.
std::unique_ptr<const Scorer> CompileScorer(const Model& model, Engine engine = DefaultEngine());

}  // namespace fairline
