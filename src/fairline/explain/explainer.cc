#include "fairline/explain/explainer.h"

#include <algorithm>

#include "fairline/core/check.h"
#include "fairline/explain/quadrature_shap.h"
#include "fairline/explain/stump_shap.h"
#include "fairline/models/engine/scorecard_tables.h"

namespace fairline {
namespace {

/// Of a forest of probabilities the mean over the trees, else the sum.
class TreeExplainer : public Explainer {
 public:
  TreeExplainer(const TreeEnsemble& model, Engine engine)
      : shap_(model, engine),
        width_(model.feature_names.size()),
        trees_(model.probabilities ? static_cast<double>(model.trees.size()) : 1) {}

  Engine engine() const override { return shap_.engine(); }
  double base() const override { return shap_.base() / trees_; }

  void Explain(std::span<const double> row, std::span<double> attributions) const override {
    shap_.Explain(row, attributions);
    Divide(attributions);
  }

  void ExplainRows(std::span<const double> rows, std::span<double> attributions) const override {
    shap_.ExplainRows(rows, attributions);
    Divide(attributions);
  }

 protected:
  size_t width() const override { return width_; }

 private:
  void Divide(std::span<double> attributions) const {
    if (trees_ == 1) return;
    for (double& attribution : attributions) attribution /= trees_;
  }

  const QuadratureShap shap_;
  const size_t width_;
  const double trees_;
};

class ScorecardExplainer : public Explainer {
 public:
  explicit ScorecardExplainer(const Scorecard& card)
      : width_(card.feature_names.size()),
        base_(MeanLogOdds(card)),
        terms_(card, [&](const Characteristic& characteristic, const ScorecardBin& bin) {
          return AttributionOf(card, characteristic, bin);
        }) {}

  Engine engine() const override { return Engine::kPortable; }
  double base() const override { return base_; }

  void Explain(std::span<const double> row, std::span<double> attributions) const override {
    FAIRLINE_CHECK(row.size() == width_ && attributions.size() == width_, "one per feature");
    std::ranges::fill(attributions, 0.0);
    terms_.Visit(row, [&](size_t feature, double term) { attributions[feature] = term; });
  }

 protected:
  size_t width() const override { return width_; }

 private:
  const size_t width_;
  const double base_;
  const ScorecardTables terms_;
};

std::unique_ptr<const Explainer> Make(const TreeEnsemble& model, Engine engine) {
  return std::make_unique<TreeExplainer>(model, engine);
}

std::unique_ptr<const Explainer> Make(const StumpEnsemble& model, Engine engine) {
  return MakeStumpShap(model, engine);
}

std::unique_ptr<const Explainer> Make(const Scorecard& card, Engine) {
  return std::make_unique<ScorecardExplainer>(card);
}

}  // namespace

void Explainer::ExplainRows(std::span<const double> features,
                            std::span<double> attributions) const {
  const size_t row = width();
  FAIRLINE_CHECK(row > 0 && features.size() % row == 0 && attributions.size() == features.size(),
                 "whole rows of one number per model feature");
  for (size_t begin = 0; begin < features.size(); begin += row) {
    Explain(features.subspan(begin, row), attributions.subspan(begin, row));
  }
}

std::unique_ptr<const Explainer> MakeExplainer(const Model& model, Engine engine) {
  return std::visit([&](const auto& each) { return Make(each, engine); }, model);
}

}  // namespace fairline
