// Groups the trees by their number of quadrature points and reduces each group's sums in one fixed
// order. docs/internals/shap.md has the derivation and the definition.
#include "fairline/explain/quadrature_shap.h"

#include <algorithm>
#include <array>
#include <map>

#include "fairline/core/check.h"
#include "fairline/explain/gauss_legendre.h"
#include "fairline/explain/shap_kernel.h"

namespace fairline {
namespace {

/// Lanes of the reduction: part of the definition, whatever the processor has.
constexpr size_t kLanes = 8;

/// The integral: weighted sums in blocks of eight lanes, added block by block, then by halves.
double Reduce(const std::vector<double>& weights, const double* sums) {
  std::array<double, kLanes> lanes{};
  for (size_t i = 0; i < kLanes && i < weights.size(); ++i) lanes[i] = weights[i] * sums[i];
  for (size_t block = kLanes; block < weights.size(); block += kLanes) {
    for (size_t i = 0; i < kLanes; ++i) {
      const size_t q = block + i;
      lanes[i] = lanes[i] + (q < weights.size() ? weights[q] * sums[q] : 0.0);
    }
  }
  for (size_t half = kLanes / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) lanes[i] = lanes[i] + lanes[i + half];
  }
  return lanes[0];
}

}  // namespace

struct QuadratureShap::Tables {
  struct Group {
    Quadrature rule;
    std::vector<ShapTree> trees;   // in the model's order
    std::vector<size_t> features;  // that a test of the group looks at, ascending
    size_t largest_tree = 0;       // in nodes
  };
  std::vector<Group> groups;  // by ascending number of points
  size_t features = 0;
  double base = 0;
};

QuadratureShap::QuadratureShap(const TreeEnsemble& model) {
  auto tables = std::make_unique<Tables>();
  tables->features = model.feature_names.size();
  std::map<size_t, Tables::Group> groups;
  for (const Tree& tree : model.trees) {
    ShapTree made = MakeShapTree(tree);
    tables->base += made.expected_value;
    if (made.nodes.empty()) continue;
    const size_t points = (made.features_on_path + 1) / 2;
    Tables::Group& group = groups[points];
    if (group.trees.empty()) group.rule = GaussLegendre(points);
    FillFactors(group.rule.points, made);
    group.largest_tree = std::max(group.largest_tree, made.nodes.size());
    for (const TreeNode& node : tree.nodes) group.features.push_back(node.feature);
    group.trees.push_back(std::move(made));
  }
  for (auto& [points, group] : groups) {
    std::ranges::sort(group.features);
    group.features.erase(std::ranges::unique(group.features).begin(), group.features.end());
    tables->groups.push_back(std::move(group));
  }
  tables_ = std::move(tables);
}

QuadratureShap::~QuadratureShap() = default;
QuadratureShap::QuadratureShap(QuadratureShap&&) noexcept = default;
QuadratureShap& QuadratureShap::operator=(QuadratureShap&&) noexcept = default;

double QuadratureShap::base() const { return tables_->base; }

void QuadratureShap::Explain(std::span<const double> features,
                             std::span<double> attributions) const {
  FAIRLINE_CHECK(features.size() == tables_->features && attributions.size() == features.size(),
                 "one number per model feature");
  thread_local ShapScratch scratch;
  thread_local std::vector<double> sums;
  static const auto walk = HasFusedMultiplyAdd() ? WalkFused : WalkPortable;
  std::ranges::fill(attributions, 0.0);
  for (const Tables::Group& group : tables_->groups) {
    const size_t points = group.rule.points.size();
    scratch.Reserve(group.largest_tree, points);
    sums.assign(features.size() * points, 0.0);
    for (const ShapTree& tree : group.trees) walk(tree, points, features, scratch, sums.data());
    for (const size_t f : group.features) {
      attributions[f] = attributions[f] + Reduce(group.rule.weights, &sums[f * points]);
    }
  }
}

}  // namespace fairline
