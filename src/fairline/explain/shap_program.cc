// Lays out trees for the kernels, and finds out what a row does at each node.
#include "fairline/explain/shap_program.h"

#include <algorithm>
#include <utility>

namespace fairline {
namespace {

constexpr size_t kLine = std::size(DoubleLine{}.values);
constexpr size_t kFactorRows = 4;  // of an entry of the factor table: W, zeros, T, C

}  // namespace

// Entry 0 belongs to tests that do not count, entry 1 to the first tests of their features.
ShapProgram::ShapProgram(size_t points, size_t width) : points_(points), width_(width) {
  std::vector<double> dead(3 * points, 0);
  std::fill_n(dead.begin(), points, 1);
  AddFactors(dead.data());
}

void ShapProgram::Add(const ShapTree& tree, std::span<const uint32_t> states,
                      std::span<const uint16_t> sums) {
  if (trees_.empty()) AddFactors(tree.factors.data());
  const size_t count = tree.nodes.size(), leaves_before = right_leaves_.size();
  nodes_.resize(nodes_.size() + count);
  const std::span<ShapCodeNode> nodes = std::span(nodes_).last(count);
  LinkNodes(tree.tree, nodes);
  for (size_t i = 0; i < count; ++i) {
    const ShapNode& shap = tree.nodes[i];
    nodes[i].share = shap.left_share;
    nodes[i].test = states[i];
    nodes[i].sums = sums[tree.tree.nodes[i].feature];
    if (shap.earlier < 0) {
      nodes[i].factors = static_cast<uint32_t>(kFactorRows * width_);
      continue;
    }
    nodes[i].factors = AddFactors(&tree.factors[shap.factors]);
    repeats_.push_back(
        {states[i], states[shap.earlier], shap.earlier_went_left ? kWentLeft : kWentRight});
  }
  trees_.push_back(
      {static_cast<uint32_t>(count), static_cast<uint32_t>(right_leaves_.size() - leaves_before)});
  most_nodes_ = std::max(most_nodes_, count);
}

// Nodes are in preorder already.
void ShapProgram::LinkNodes(const Tree& tree, std::span<ShapCodeNode> nodes) {
  const auto nobody = static_cast<uint16_t>(nodes.size());
  for (ShapCodeNode& node : nodes) node.right = node.right_of = nobody;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto [left, right] = std::pair(tree.nodes[i].left, tree.nodes[i].right);
    nodes[i].left_is_next = left >= 0;
    nodes[i].right_is_next = left < 0 && right >= 0;
    if (left >= 0) {
      nodes[left].is_left = true;
    } else {
      nodes[i].left_value = tree.leaf_values[~left];
    }
    if (right >= 0) {
      nodes[i].right = static_cast<uint16_t>(right);
      nodes[right].right_of = static_cast<uint16_t>(i);
    } else {
      right_leaves_.push_back({tree.leaf_values[~right], static_cast<uint32_t>(i)});
    }
  }
}

uint32_t ShapProgram::AddFactors(const double* w_t_c) {
  const size_t begin = factors_.size() * kLine;
  factors_.resize(factors_.size() + kFactorRows * width_ / kLine);
  double* entry = factors_.data()->values + begin;
  std::copy_n(w_t_c, points_, entry);
  std::copy_n(w_t_c + points_, points_, entry + 2 * width_);
  std::copy_n(w_t_c + 2 * points_, points_, entry + 3 * width_);
  return static_cast<uint32_t>(begin);
}

void ShapProgram::Run(ShapKernel kernel, uint8_t* states, double* sums) const {
  thread_local std::vector<DoubleLine> room;
  for (const Repeat& repeat : repeats_) {
    if (states[repeat.earlier] != repeat.comes_by) states[repeat.node] |= kDoesNotCount;
  }
  const ShapCode code{.trees = trees_.data(),
                      .tree_count = trees_.size(),
                      .nodes = nodes_.data(),
                      .right_leaves = right_leaves_.data(),
                      .factors = factors_.data()->values,
                      .width = width_};
  // Some more, so that the arrays do not lie a power of two apart.
  const size_t lines = (most_nodes_ + 1) * width_ / kLine + 6;
  room.resize(std::max(room.size(), 6 * lines));
  DoubleLine* at = room.data();
  const auto next = [&] { return std::exchange(at, at + lines)->values; };
  const ShapRoom rooms[2] = {{next(), next(), next()}, {next(), next(), next()}};
  kernel(code, states, rooms, sums);
}

}  // namespace fairline
