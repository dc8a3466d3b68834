// The walk down and up the trees with a row in each lane of a vector, one point after the other:
// for batches. What a tree says is read once for all rows, and no lane is padding.
#pragma once

#include "fairline/explain/shap_code.h"

namespace fairline {
namespace {

/// `Lanes` has kWidth, Vector, Load, Store, Fill, Select, Add, Mul, Sub and Fma (one rounding), and
/// for what differs from row to row Mask, With and Without (the lanes whose state has, or has not,
/// a bit), Both, Choose and Keep (zero elsewhere). kPoints: of a node.
template <typename Lanes, size_t kPoints>
struct ShapRowsWalk {
  using Vector = typename Lanes::Vector;
  using Mask = typename Lanes::Mask;
  static constexpr size_t kRows = Lanes::kWidth;
  static constexpr size_t kStride = kPoints * kRows;  // of a node's numbers

  const double* factors;
  const size_t width;
  const uint8_t* states;
  const ShapRoom room;
  double* sums;

  // A test that does not count for a row has W = 1, T = 0 and C = 0 there.
  struct Test {
    Mask left, counts;
  };
  Test TestOf(const ShapCodeNode& node) const {
    const uint8_t* state = states + node.test * kRows;
    return {Lanes::With(state, kWentLeft), Lanes::Without(state, kDoesNotCount)};
  }

  void Down(const ShapCodeNode& node, size_t i, size_t nobody) const {
    const Test test = TestOf(node);
    const Mask moves = Lanes::Both(test.left, test.counts);
    const double* w = factors + node.factors;
    const double* t = w + 2 * width;
    const Vector share = Lanes::Fill(node.share), one = Lanes::Fill(1);
    const double* p = room.weight + i * kStride;
    double* a = room.split + i * kStride;
    double* p_left = room.weight + (node.left_is_next ? i + 1 : nobody) * kStride;
    double* p_right = room.weight + node.right * kStride;
    for (size_t q = 0; q < kPoints; ++q) {
      const size_t at = q * kRows;
      const Vector split = Lanes::Fma(share, Lanes::Choose(test.counts, Lanes::Fill(w[q]), one),
                                      Lanes::Keep(moves, Lanes::Fill(t[q])));
      const Vector weight = Lanes::Load(p + at);
      const Vector left = Lanes::Mul(weight, split);
      Lanes::Store(a + at, split);
      Lanes::Store(p_left + at, left);
      Lanes::Store(p_right + at, Lanes::Sub(weight, left));
    }
  }

  void Up(const ShapCodeNode& node, size_t i, bool right_is_leaf, double right_leaf) const {
    const Test test = TestOf(node);
    const Vector gain = Lanes::Sub(Lanes::Keep(test.left, Lanes::Fill(1)), Lanes::Fill(node.share));
    const Vector left_value = Lanes::Fill(node.left_value);
    const Vector right_value = Lanes::Fill(right_leaf);
    const double* c = factors + node.factors + 3 * width;
    const double* p = room.weight + i * kStride;
    const double* a = room.split + i * kStride;
    double* value = room.value + i * kStride;
    const double* right = room.value + node.right * kStride;
    double* sum = sums + node.sums * kStride;
    for (size_t q = 0; q < kPoints; ++q) {
      const size_t at = q * kRows;
      const Vector left =
          Lanes::Select(node.left_is_next, Lanes::Load(value + kStride + at), left_value);
      const Vector below = Lanes::Select(right_is_leaf, right_value, Lanes::Load(right + at));
      const Vector difference = Lanes::Sub(left, below);
      Lanes::Store(value + at, Lanes::Fma(Lanes::Load(a + at), difference, below));
      const Vector factor = Lanes::Keep(test.counts, Lanes::Fill(c[q]));
      const Vector moved = Lanes::Mul(Lanes::Mul(Lanes::Load(p + at), factor), gain);
      Lanes::Store(sum + at, Lanes::Fma(moved, difference, Lanes::Load(sum + at)));
    }
  }

  /// The integral of each feature, as ShapWalk::Reduce.
  void Reduce(const ShapCode& code) const {
    for (double* of = sums; of < sums + code.features * kStride; of += kStride) {
      Vector lanes[kShapReduceLanes];
      for (Vector& lane : lanes) lane = Lanes::Fill(0);
      for (size_t q = 0; q < kPoints; ++q) {
        const Vector part = Lanes::Mul(Lanes::Fill(code.weights[q]), Lanes::Load(of + q * kRows));
        Vector& lane = lanes[q % kShapReduceLanes];
        lane = q < kShapReduceLanes ? part : Lanes::Add(lane, part);
      }
      for (size_t q = kPoints; q > kShapReduceLanes && q % kShapReduceLanes != 0; ++q) {
        Vector& lane = lanes[q % kShapReduceLanes];
        lane = Lanes::Add(lane, Lanes::Fill(0));
      }
      for (size_t half = kShapReduceLanes / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half; ++i) lanes[i] = Lanes::Add(lanes[i], lanes[i + half]);
      }
      Lanes::Store(of, lanes[0]);
    }
  }

  void Run(const ShapCode& code) const {
    const ShapCodeNode* nodes = code.nodes;
    const ShapCodeLeaf* leaf = code.right_leaves;
    for (size_t t = 0; t < code.tree_count; ++t) {
      const size_t count = code.trees[t].nodes;
      for (size_t at = 0; at < kStride; at += kRows) Lanes::Store(room.weight + at, Lanes::Fill(1));
      for (size_t i = 0; i < count; ++i) Down(nodes[i], i, count);
      leaf += code.trees[t].right_leaves;
      const ShapCodeLeaf* right_leaf = leaf;
      for (size_t i = count; i-- > 0;) {  // the last node's right child is a leaf
        const bool right_is_leaf = nodes[i].right == count;
        right_leaf -= right_is_leaf ? 1 : 0;
        Up(nodes[i], i, right_is_leaf, right_leaf->value);
      }
      nodes += count;
    }
    Reduce(code);
  }
};

template <typename Lanes, size_t kPoints = 1>
void RunShapRowsWalk(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                     double* sums) {
  if (code.points == kPoints) {
    ShapRowsWalk<Lanes, kPoints>{code.factors, code.width, states, room, sums}.Run(code);
  } else if constexpr (kPoints < kShapMostPoints) {
    RunShapRowsWalk<Lanes, kPoints + 1>(code, states, room, sums);
  }
}

}  // namespace
}  // namespace fairline
