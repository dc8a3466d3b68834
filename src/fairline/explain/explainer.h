// Exact attributions of a model of any class.
#pragma once

#include <memory>
#include <span>

#include "fairline/models/engine/engine.h"
#include "fairline/models/model.h"

namespace fairline {

class Explainer {
 public:
  virtual ~Explainer() = default;
  /// The engine that is used: one without tables for the model falls back to the portable one.
  virtual Engine engine() const = 0;
  /// base + sum of attributions = raw score, in the space that AttributionsOf(model) names.
  virtual double base() const = 0;
  /// `features` and `attributions`: one number per model feature. Thread-safe.
  virtual void Explain(std::span<const double> features, std::span<double> attributions) const = 0;
  /// The same bits for many rows, one after the other, faster where an engine has something better.
  virtual void ExplainRows(std::span<const double> features, std::span<double> attributions) const;

 protected:
  virtual size_t width() const = 0;  // numbers of a row
};

std::unique_ptr<const Explainer> MakeExplainer(const Model& model, Engine engine = DefaultEngine());

}  // namespace fairline
