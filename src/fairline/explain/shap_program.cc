// Lays out trees for the kernels, and finds out what a row does at each node.
#include "fairline/explain/shap_program.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace fairline {
namespace {

constexpr size_t kLine = std::size(DoubleLine{}.values);
constexpr size_t kFactorRows = 4;  // of an entry of the factor table: W, zeros, T, C

/// What a kernel works in, of the thread.
class Room {
 public:
  Room(size_t tree, size_t sums) : tree_(Lines(tree)) {
    thread_local std::vector<DoubleLine> room;
    room.resize(std::max(room.size(), kArrays * tree_ + Lines(sums)));
    at_ = room.data();
    sums_ = at_[kArrays * tree_].values;
    std::fill_n(sums_, sums, 0.0);
  }
  ShapRoom NextTree() { return {NextArray(), NextArray(), NextArray()}; }
  double* sums() const { return sums_; }

 private:
  static constexpr size_t kArrays = 6;  // of two trees
  // Some more, so that the arrays do not lie a power of two apart.
  static size_t Lines(size_t doubles) { return (doubles + kLine - 1) / kLine + 6; }
  double* NextArray() { return std::exchange(at_, at_ + tree_)->values; }

  const size_t tree_;
  DoubleLine* at_ = nullptr;
  double* sums_ = nullptr;
};

}  // namespace

// Entry 0 belongs to tests that do not count, entry 1 to the first tests of their features.
ShapProgram::ShapProgram(const Quadrature& rule, size_t lanes, size_t features)
    : lanes_(lanes),
      features_(features),
      points_(rule.points.size()),
      width_((points_ + lanes - 1) / lanes * lanes),
      weights_(width_ / kLine + 1) {
  std::ranges::copy(rule.weights, weights_.data()->values);
  std::vector<double> dead(3 * points_, 0);
  std::fill_n(dead.begin(), points_, 1);
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
    nodes[i].factors = FactorsOf(tree, shap);
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

/// Those of a repeated test depend on z' only, which is the same at many nodes of a deep tree,
/// where few rows are left: a forest grown to its leaves would otherwise read more constants than a
/// cache holds.
uint32_t ShapProgram::FactorsOf(const ShapTree& tree, const ShapNode& node) {
  const auto [found, is_new] =
      factors_of_share_.try_emplace(std::bit_cast<uint64_t>(node.earlier_share), 0);
  if (is_new) found->second = AddFactors(&tree.factors[node.factors]);
  return found->second;
}

ShapCode ShapProgram::Code() const {
  return {.trees = trees_.data(),
          .tree_count = trees_.size(),
          .nodes = nodes_.data(),
          .right_leaves = right_leaves_.data(),
          .factors = factors_.data()->values,
          .weights = weights_.data()->values,
          .points = points_,
          .width = width_,
          .features = features_};
}

const double* ShapProgram::Run(ShapKernel kernel, uint8_t* states) const {
  for (const Repeat& repeat : repeats_) {
    if (states[repeat.earlier] != repeat.comes_by) states[repeat.node] |= kDoesNotCount;
  }
  Room room((most_nodes_ + 1) * width_, features_ * width_);
  const ShapRoom rooms[2] = {room.NextTree(), room.NextTree()};
  kernel(Code(), states, rooms, room.sums());
  return room.sums();
}

const double* ShapProgram::RunRows(ShapRowsKernel kernel, uint8_t* states) const {
  // As above, with the states of four rows in a word.
  constexpr uint32_t kEach = 0x01010101;
  for (const Repeat& repeat : repeats_) {
    for (size_t row = 0; row < lanes_; row += sizeof(uint32_t)) {
      uint32_t earlier = 0, here = 0;
      std::memcpy(&earlier, states + repeat.earlier * lanes_ + row, sizeof earlier);
      std::memcpy(&here, states + repeat.node * lanes_ + row, sizeof here);
      const uint32_t other = earlier ^ repeat.comes_by * kEach;
      here |= (other | other << 1) & kDoesNotCount * kEach;
      std::memcpy(states + repeat.node * lanes_ + row, &here, sizeof here);
    }
  }
  Room room((most_nodes_ + 1) * points_ * lanes_, features_ * points_ * lanes_);
  kernel(Code(), states, room.NextTree(), room.sums());
  return room.sums();
}

}  // namespace fairline
