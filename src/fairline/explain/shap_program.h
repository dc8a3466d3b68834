// The trees of one group compiled for the vector kernels (shap_code.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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

  /// `points` of a node, padded to `width`, which is whole vectors.
  ShapProgram(size_t points, size_t width);

  /// Appends a tree whose factors are filled. `states`: where each node's is. `sums`: for each
  /// model feature its place among those of the group.
  void Add(const ShapTree& tree, std::span<const uint32_t> states, std::span<const uint16_t> sums);

  /// `states`: what a row did at each node of the model; tests that do not count are marked in it.
  /// `sums`: width() numbers per feature of the group, zero.
  void Run(ShapKernel kernel, uint8_t* states, double* sums) const;

  size_t width() const { return width_; }

 private:
  // A node with an earlier test of its feature on the path, by the places of their states.
  struct Repeat {
    uint32_t node, earlier;
    uint8_t comes_by;  // the earlier one's state when it counts and the row went this way
  };

  uint32_t AddFactors(const double* w_t_c);
  void LinkNodes(const Tree& tree, std::span<ShapCodeNode> nodes);

  const size_t points_, width_;
  std::vector<ShapCodeTree> trees_;
  std::vector<ShapCodeNode> nodes_;
  std::vector<Repeat> repeats_;
  std::vector<ShapCodeLeaf> right_leaves_;
  std::vector<DoubleLine> factors_;
  size_t most_nodes_ = 0;
};

}  // namespace fairline
