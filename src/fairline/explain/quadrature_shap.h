// Exact path-dependent TreeSHAP by Gauss-Legendre quadrature. Node counts, order of operations and
// reduction tree are part of the record format (docs/internals/shap.md): all engines give the same
// bits.
#pragma once

#include <memory>
#include <span>

#include "fairline/models/engine/engine.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

class QuadratureShap {
 public:
  /// Builds the constant tables of a model; the model may be dropped afterwards. A model whose
  /// trees or features are too large for the engine's tables gets the portable one.
  explicit QuadratureShap(const TreeEnsemble& model, Engine engine = DefaultEngine());
  ~QuadratureShap();
  QuadratureShap(QuadratureShap&&) noexcept;
  QuadratureShap& operator=(QuadratureShap&&) noexcept;

  Engine engine() const;
  /// The expected raw score over the covers: base + sum of attributions = raw score.
  double base() const;
  /// `features` and `attributions`: one number per model feature; attributions in units of the raw
  /// score (log-odds when the model's sigmoid is 1). Thread-safe.
  void Explain(std::span<const double> features, std::span<double> attributions) const;
  /// The same bits for many rows, faster. Both hold one row after the other.
  void ExplainRows(std::span<const double> features, std::span<double> attributions) const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
};

}  // namespace fairline
