// The trees of one group compiled for the vector kernels (shap_code.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "fairline/explain/gauss_legendre.h"
#include "fairline/explain/shap_code.h"
#include "fairline/explain/shap_kernel.h"
#include "fairline/models/engine/feature_bins.h"

namespace fairline {

/// Eight doubles at an address that suits every vector.
struct alignas(64) DoubleLine {
  double values[8];
};

class ShapProgram {
 public:
  static constexpr size_t kMostFeatures = size_t{1} << 16;
  static constexpr size_t kMostNodes = (size_t{1} << 16) - 1;  // of a tree

  /// `rule`: the group's; `lanes`: of a vector; `features`: of the group.
  ShapProgram(const Quadrature& rule, size_t lanes, size_t features);

  /// Appends a tree whose factors are filled. `states`: where each node's is. `sums`: for each
  /// model feature its place among those of the group.
  void Add(const ShapTree& tree, std::span<const uint32_t> states, std::span<const uint16_t> sums);

  /// `states`: what a row did at each node of the model; tests that do not count are marked in it.
  /// Calls take(feature of the group, attribution).
  void Run(ShapKernel kernel, uint8_t* states, auto take) const {
    const double* sums = Run(kernel, states);
    for (size_t i = 0; i < features_; ++i) take(i, sums[i * width_]);
  }
  /// The same for as many rows as a vector has lanes, whose states stand side by side: calls
  /// take(feature, attributions of the rows).
  void RunRows(ShapRowsKernel kernel, uint8_t* states, auto take) const {
    const double* sums = RunRows(kernel, states);
    for (size_t i = 0; i < features_; ++i) take(i, sums + i * points_ * lanes_);
  }

 private:
  // A node with an earlier test of its feature on the path, by the places of their states.
  struct Repeat {
    uint32_t node, earlier;
    uint8_t comes_by;  // the earlier one's state when it counts and the row went this way
  };

  const double* Run(ShapKernel kernel, uint8_t* states) const;
  const double* RunRows(ShapRowsKernel kernel, uint8_t* states) const;
  ShapCode Code() const;
  uint32_t AddFactors(const double* w_t_c);
  uint32_t FactorsOf(const ShapTree& tree, const ShapNode& node);
  void LinkNodes(const Tree& tree, std::span<ShapCodeNode> nodes);

  const size_t lanes_, features_, points_;
  const size_t width_;  // the points, padded to whole vectors
  std::vector<DoubleLine> weights_;
  std::vector<ShapCodeTree> trees_;
  std::vector<ShapCodeNode> nodes_;
  std::vector<Repeat> repeats_;
  std::vector<ShapCodeLeaf> right_leaves_;
  std::vector<DoubleLine> factors_;
  std::unordered_map<uint64_t, uint32_t> factors_of_share_;  // by the bits of z'
  size_t most_nodes_ = 0;
};

}  // namespace fairline
