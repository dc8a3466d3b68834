// Groups the trees by their number of quadrature points and reduces each group's sums in one fixed
// order. docs/internals/shap.md has the derivation and the definition.
#include "fairline/explain/quadrature_shap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "fairline/core/check.h"
#include "fairline/explain/gauss_legendre.h"
#include "fairline/explain/row_tests.h"
#include "fairline/explain/shap_kernel.h"
#include "fairline/explain/shap_program.h"

namespace fairline {
namespace {

/// The integral: weighted sums in blocks of eight lanes, added block by block, then by halves.
double Reduce(const std::vector<double>& weights, const double* sums) {
  std::array<double, kShapReduceLanes> lanes{};
  for (size_t block = 0; block < weights.size(); block += lanes.size()) {
    for (size_t i = 0; i < lanes.size(); ++i) {
      const size_t q = block + i;
      const double weighted = q < weights.size() ? weights[q] * sums[q] : 0.0;
      lanes[i] = block == 0 ? weighted : lanes[i] + weighted;
    }
  }
  for (size_t half = lanes.size() / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) lanes[i] = lanes[i] + lanes[i + half];
  }
  return lanes[0];
}

// Numbers so large that zero times a difference of them might not be zero: the kernels add that for
// tests that do not count.
constexpr double kLargestLeaf = 1e300;

bool SuitsKernels(const TreeEnsemble& model) {
  if (model.feature_names.size() > ShapProgram::kMostFeatures) return false;
  return std::ranges::all_of(model.trees, [](const Tree& tree) {
    return std::ranges::all_of(tree.leaf_values,
                               [](double value) { return std::abs(value) <= kLargestLeaf; });
  });
}

/// What an engine walks trees with.
struct Kernels {
  size_t lanes;  // of a vector
  ShapKernel row;
  ShapRowsKernel rows;
};

/// Nothing for engines without vectors.
std::optional<Kernels> KernelsOf([[maybe_unused]] Engine engine) {
#if defined(__x86_64__)
  if (engine == Engine::kAvx2) return Kernels{4, ShapKernelAvx2, ShapRowsKernelAvx2};
  if (engine == Engine::kAvx512) return Kernels{8, ShapKernelAvx512, ShapRowsKernelAvx512};
#endif
  return std::nullopt;
}

/// Trees with the same number of points.
struct Group {
  Quadrature rule;
  std::vector<size_t> features;        // that a test of the group looks at, ascending
  std::optional<ShapProgram> program;  // without one the trees are walked portably
  std::vector<ShapTree> trees;         // in the model's order
  size_t largest_tree = 0;             // in nodes

  size_t points() const { return rule.points.size(); }

  /// Makes the program, if the kernels have one for such trees, or else what the portable walk
  /// needs. `states`: of all nodes of the model, by tree. Tree by tree: of a large forest the
  /// factors of all together are many times what is kept of them.
  void Compile(const std::optional<Kernels>& kernels, size_t all_features,
               const std::vector<std::span<const uint32_t>>& states) {
    if (!kernels || points() > kShapMostPoints || largest_tree > ShapProgram::kMostNodes) {
      for (ShapTree& tree : trees) FillFactors(rule.points, tree);
      return;
    }
    std::vector<uint16_t> sums(all_features);
    for (size_t i = 0; i < features.size(); ++i) sums[features[i]] = static_cast<uint16_t>(i);
    program.emplace(rule, kernels->lanes, features.size());
    for (ShapTree& tree : std::exchange(trees, {})) {
      FillFactors(rule.points, tree);
      program->Add(tree, states[tree.number], sums);
      tree = {};
    }
  }

  void AddByProgram(ShapKernel kernel, uint8_t* states, std::span<double> attributions) const {
    program->Run(kernel, states, [&](size_t feature, double part) {
      double& attribution = attributions[features[feature]];
      attribution = attribution + part;
    });
  }

  /// `attributions`: one row after the other, of `width` numbers each; there may be less rows than
  /// lanes.
  void AddByProgram(ShapRowsKernel kernel, uint8_t* states, std::span<double> attributions,
                    size_t width) const {
    program->RunRows(kernel, states, [&](size_t feature, const double* parts) {
      for (size_t at = features[feature]; at < attributions.size(); at += width) {
        attributions[at] = attributions[at] + *parts++;
      }
    });
  }

  void AddPortably(std::span<const double> row, std::span<double> attributions) const {
    thread_local ShapScratch scratch;
    thread_local std::vector<double> sums;
    scratch.Reserve(largest_tree, points());
    sums.assign(row.size() * points(), 0.0);
    for (const ShapTree& tree : trees) WalkTree(tree, points(), row, scratch, sums.data());
    for (const size_t f : features) {
      attributions[f] = attributions[f] + Reduce(rule.weights, &sums[f * points()]);
    }
  }
};

}  // namespace

struct QuadratureShap::Tables {
  Engine engine = Engine::kPortable;
  std::optional<Kernels> kernels;  // with bins and tests, or none of the three
  std::vector<Group> groups;       // by ascending number of points
  std::optional<FeatureBins> bins;
  std::optional<RowTests> tests;
  size_t features = 0;
  double base = 0;

  /// Either a row, or as many as lanes; the last of less stand for those that are missing.
  uint8_t* StatesOf(std::span<const double> rows) const {
    return bins->fits_byte() ? StatesOf<uint8_t>(rows) : StatesOf<uint16_t>(rows);
  }

  void ExplainBlock(std::span<const double> rows, std::span<double> attributions) const;

 private:
  /// What each row does at every node; the thread's own.
  template <typename Bin>
  uint8_t* StatesOf(std::span<const double> rows) const {
    thread_local std::vector<Bin> slots;
    thread_local std::vector<uint8_t> states;
    const size_t count = rows.size() == features ? 1 : kernels->lanes, width = bins->slots();
    slots.resize(std::max(slots.size(), count * width + RowTests::kBlock));
    states.resize(std::max(states.size(), count * tests->size()));
    for (size_t row = 0; row < count; ++row) {
      const size_t begin = std::min(row * features, rows.size() - features);
      bins->Fill(rows.subspan(begin, features), slots.data() + row * width);
    }
    if (count == 1) {
      tests->Fill(slots.data(), states.data());
    } else {
      tests->FillRows(slots.data(), width, states.data());
    }
    return states.data();
  }
};

/// As many rows as a vector has lanes, or less.
void QuadratureShap::Tables::ExplainBlock(std::span<const double> rows,
                                          std::span<double> attributions) const {
  uint8_t* states = StatesOf(rows);
  for (const Group& group : groups) {
    if (group.program) {
      group.AddByProgram(kernels->rows, states, attributions, features);
      continue;
    }
    for (size_t begin = 0; begin < rows.size(); begin += features) {
      group.AddPortably(rows.subspan(begin, features), attributions.subspan(begin, features));
    }
  }
}

QuadratureShap::QuadratureShap(const TreeEnsemble& model, Engine engine) {
  auto tables = std::make_unique<Tables>();
  tables->features = model.feature_names.size();
  std::vector<BinTest> tests;
  if (const auto kernels = KernelsOf(engine); kernels && SuitsKernels(model)) {
    if (auto bins = FeatureBins::Make(model, tests)) {
      tables->engine = engine;
      tables->kernels = kernels;
      tables->bins = *std::move(bins);
      tables->tests.emplace(tests, kernels->lanes);
    }
  }
  std::map<size_t, Group> groups;
  std::vector<std::span<const uint32_t>> states;
  size_t nodes_before = 0;
  for (const Tree& tree : model.trees) {
    if (tables->kernels) {
      states.push_back(tables->tests->places().subspan(nodes_before, tree.nodes.size()));
      nodes_before += tree.nodes.size();
    }
    ShapTree made = MakeShapTree(tree);
    made.number = static_cast<size_t>(&tree - model.trees.data());
    tables->base += made.expected_value;
    if (made.nodes.empty()) continue;
    const size_t points = (made.features_on_path + 1) / 2;
    Group& group = groups[points];
    if (group.trees.empty()) group.rule = GaussLegendre(points);
    group.largest_tree = std::max(group.largest_tree, made.nodes.size());
    for (const TreeNode& node : tree.nodes) group.features.push_back(node.feature);
    group.trees.push_back(std::move(made));
  }
  for (auto& [points, group] : groups) {
    std::ranges::sort(group.features);
    group.features.erase(std::ranges::unique(group.features).begin(), group.features.end());
    group.Compile(tables->kernels, tables->features, states);
    tables->groups.push_back(std::move(group));
  }
  tables_ = std::move(tables);
}

QuadratureShap::~QuadratureShap() = default;
QuadratureShap::QuadratureShap(QuadratureShap&&) noexcept = default;
QuadratureShap& QuadratureShap::operator=(QuadratureShap&&) noexcept = default;

Engine QuadratureShap::engine() const { return tables_->engine; }

double QuadratureShap::base() const { return tables_->base; }

void QuadratureShap::Explain(std::span<const double> features,
                             std::span<double> attributions) const {
  FAIRLINE_CHECK(features.size() == tables_->features && attributions.size() == features.size(),
                 "one number per model feature");
  std::ranges::fill(attributions, 0.0);
  uint8_t* states = tables_->kernels ? tables_->StatesOf(features) : nullptr;
  for (const Group& group : tables_->groups) {
    if (group.program) {
      group.AddByProgram(tables_->kernels->row, states, attributions);
    } else {
      group.AddPortably(features, attributions);
    }
  }
}

void QuadratureShap::ExplainRows(std::span<const double> features,
                                 std::span<double> attributions) const {
  const size_t width = tables_->features;
  FAIRLINE_CHECK(
      width > 0 && features.size() % width == 0 && attributions.size() == features.size(),
      "whole rows of one number per model feature");
  std::ranges::fill(attributions, 0.0);
  const size_t block = tables_->kernels ? tables_->kernels->lanes * width : width;
  for (size_t begin = 0; begin < features.size(); begin += block) {
    const size_t size = std::min(block, features.size() - begin);
    const auto rows = features.subspan(begin, size);
    const auto out = attributions.subspan(begin, size);
    // Of a single row the points are what fills a vector.
    size == width ? Explain(rows, out) : tables_->ExplainBlock(rows, out);
  }
}

}  // namespace fairline
