// What must hold of a model that was read, of whichever class: every engine scores rows with the
// bits of the model as it is written and explains them with the same attributions.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/explain/explainer.h"
#include "fairline/models/engine/scorer.h"

namespace fairline {

inline bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

/// Every feature has that value.
inline void CheckRow(const Model& model, double value) {
  const std::vector<double> row(FeatureNames(model).size(), value);
  const ModelOutput expected = OutputOf(model, row);
  FAIRLINE_CHECK(expected.model_score >= 0 && expected.model_score <= 1, "a probability");
  std::vector<double> attributions(row.size()), first(row.size());
  MakeExplainer(model, Engine::kPortable)->Explain(row, first);
  for (const Engine engine : Engines()) {
    const ModelOutput output = CompileScorer(model, engine)->Score(row);
    FAIRLINE_CHECK(SameBits(output.raw_score, expected.raw_score) &&
                       SameBits(output.model_score, expected.model_score) &&
                       SameBits(output.log_odds, expected.log_odds),
                   "an engine has the model's bits");
    MakeExplainer(model, engine)->Explain(row, attributions);
    for (size_t f = 0; f < row.size(); ++f) {
      FAIRLINE_CHECK(SameBits(attributions[f], first[f]), "engines explain alike");
    }
  }
}

/// Values everybody has, and those of the model.
inline void CheckRows(const Model& model, std::vector<double> values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  values.insert(values.end(), {0.0, -0.0, -1.5, 1e300, kInfinity, -kInfinity,
                               std::numeric_limits<double>::quiet_NaN()});
  for (const double value : values) CheckRow(model, value);
}

}  // namespace fairline
