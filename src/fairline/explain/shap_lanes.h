// The walk down and up the trees with the points of a node side by side in vectors. Included by one
// kernel file per instruction set, which says what a vector is.
//
// On the way down each node waits for the one before, and on the way up as well. So while one tree
// is walked up the next one is walked down: two chains that the processor can overlap.
#pragma once

#include "fairline/explain/shap_code.h"

namespace fairline {
namespace {

// Looked up, since a branch that depends on the row would be guessed wrong every third time.
constexpr double kWentLeftAsNumber[] = {0, 1};

/// `Lanes` has kWidth, Vector, Load, Store, Fill, Add, Mul, Sub, Fma (one rounding) and Select.
/// kVectors: of a node.
template <typename Lanes, size_t kVectors>
struct ShapWalk {
  using Vector = typename Lanes::Vector;
  static constexpr size_t kLane = Lanes::kWidth;
  static constexpr size_t kWidth = kVectors * kLane;

  // What does not change. Stores of vectors may alias anything, for the compiler, but not these.
  struct Constants {
    const double* factors;
    const uint8_t* states;
    double* sums;

    const double* FactorsOf(const ShapCodeNode& node, uint8_t state) const {
      return factors + ((state & kDoesNotCount) != 0 ? 0 : node.factors);
    }
  };

  // From the root of a tree: a and P.
  struct Down {
    const ShapCodeNode* nodes;
    double* weights;
    double* splits;
    Vector left[kVectors];  // P of the left child of the node before

    Down(const ShapCodeNode* tree, const ShapRoom& room)
        : nodes(tree), weights(room.weight), splits(room.split) {
      for (size_t v = 0; v < kVectors; ++v) {
        left[v] = Lanes::Fill(1);
        Lanes::Store(weights + v * kLane, left[v]);
      }
    }

    void Step(const Constants& all, size_t i) {
      const ShapCodeNode node = nodes[i];
      const uint8_t state = all.states[node.test];
      const double* w = all.FactorsOf(node, state);
      const double* t = w + kWidth * (1 + (state & kWentLeft));  // zeros, then T
      const Vector share = Lanes::Fill(node.share);
      double* p = weights + i * kWidth;
      double* a = splits + i * kWidth;
      double* p_right = weights + node.right * kWidth;
      for (size_t v = 0; v < kVectors; ++v) {
        const size_t at = v * kLane;
        const Vector split = Lanes::Fma(share, Lanes::Load(w + at), Lanes::Load(t + at));
        const Vector weight = Lanes::Select(node.is_left, left[v], Lanes::Load(p + at));
        left[v] = Lanes::Mul(weight, split);
        Lanes::Store(p + at, weight);
        Lanes::Store(a + at, split);
        Lanes::Store(p_right + at, Lanes::Sub(weight, left[v]));
      }
    }
  };

  // From the last node to the root: G, and what each test adds to its feature. One that does not
  // count adds zero.
  struct Up {
    const ShapCodeNode* nodes;
    const double* weights;
    const double* splits;
    double* rights;
    Vector next[kVectors];  // G of the node that comes next in preorder

    Up(const ShapCodeNode* tree, const ShapCodeLeaf* leaves, size_t count, const ShapRoom& room)
        : nodes(tree), weights(room.weight), splits(room.split), rights(room.value) {
      for (size_t leaf = 0; leaf < count; ++leaf) {
        const Vector value = Lanes::Fill(leaves[leaf].value);
        double* at = rights + leaves[leaf].right_of * kWidth;
        for (size_t v = 0; v < kVectors; ++v) Lanes::Store(at + v * kLane, value);
      }
      for (size_t v = 0; v < kVectors; ++v) next[v] = Lanes::Fill(0);
    }

    void Step(const Constants& all, size_t i) {
      const ShapCodeNode node = nodes[i];
      const uint8_t state = all.states[node.test];
      const double* c = all.FactorsOf(node, state) + 3 * kWidth;
      const Vector gain = Lanes::Fill(kWentLeftAsNumber[state & kWentLeft] - node.share);
      const Vector left_value = Lanes::Fill(node.left_value);
      const double* a = splits + i * kWidth;
      const double* p = weights + i * kWidth;
      const double* g_right = rights + i * kWidth;
      double* out = rights + node.right_of * kWidth;
      double* sum = all.sums + node.sums * kWidth;
      for (size_t v = 0; v < kVectors; ++v) {
        const size_t at = v * kLane;
        const Vector left = Lanes::Select(node.left_is_next, next[v], left_value);
        const Vector right = Lanes::Select(node.right_is_next, next[v], Lanes::Load(g_right + at));
        const Vector difference = Lanes::Sub(left, right);
        next[v] = Lanes::Fma(Lanes::Load(a + at), difference, right);
        Lanes::Store(out + at, next[v]);
        const Vector moved = Lanes::Mul(Lanes::Mul(Lanes::Load(p + at), Lanes::Load(c + at)), gain);
        Lanes::Store(sum + at, Lanes::Fma(moved, difference, Lanes::Load(sum + at)));
      }
    }
  };

  /// The integral of each feature: weighted sums in blocks of eight, added block by block, then by
  /// halves.
  static void Reduce(const ShapCode& code, double* sums) {
    constexpr size_t kBlock = kShapReduceLanes;
    for (double* of = sums; of < sums + code.features * kWidth; of += kWidth) {
      alignas(64) double lanes[kBlock] = {};
      for (size_t at = 0; at < kWidth; at += kLane) {
        const Vector part = Lanes::Mul(Lanes::Load(code.weights + at), Lanes::Load(of + at));
        double* lane = lanes + at % kBlock;
        Lanes::Store(lane, at < kBlock ? part : Lanes::Add(Lanes::Load(lane), part));
      }
      for (size_t at = kWidth; at > kBlock && at % kBlock != 0; ++at) lanes[at % kBlock] += 0.0;
      *of = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
            ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    }
  }

  static void Run(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                  double* sums) {
    const Constants all{code.factors, states, sums};
    const ShapCodeNode* below = code.nodes;  // the tree that is walked down
    const ShapCodeNode* above = code.nodes;  // the one that is walked up
    const ShapCodeLeaf* leaves = code.right_leaves;
    size_t up_left = 0, up_leaves = 0;
    for (size_t t = 0; t <= code.tree_count; ++t) {
      const size_t count = t < code.tree_count ? code.trees[t].nodes : 0;
      Down down(below, rooms[t % 2]);
      Up up(above, leaves, up_leaves, rooms[(t + 1) % 2]);
      leaves += up_leaves;
      size_t i = 0;
      for (; i < count && up_left > 0; ++i) {
        down.Step(all, i);
        up.Step(all, --up_left);
      }
      for (; i < count; ++i) down.Step(all, i);
      while (up_left > 0) up.Step(all, --up_left);
      above = below;
      below += count;
      up_left = count;
      up_leaves = t < code.tree_count ? code.trees[t].right_leaves : 0;
    }
    Reduce(code, sums);
  }
};

template <typename Lanes, size_t kVectors = 1>
void RunShapWalk(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                 double* sums) {
  if (code.width == kVectors * Lanes::kWidth) {
    ShapWalk<Lanes, kVectors>::Run(code, states, rooms, sums);
  } else if constexpr (kVectors * Lanes::kWidth < kShapMostPoints) {
    RunShapWalk<Lanes, kVectors + 1>(code, states, rooms, sums);
  }
}

}  // namespace
}  // namespace fairline
