// The constants of one group's trees, laid out for kernels that hold all points of a node in vector
// registers. Private to explain/; docs/internals/shap.md defines what is computed. Plain pointers
// and numbers only: kernel files are compiled for processors that not everybody has, and must not
// bring any shared inline function with them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fairline {

/// An inner node. The nodes of a tree are in preorder: a left child that is a node comes next, and
/// what it needs of its parent, or its parent of it, stays in registers. What passes between a node
/// and its right child goes by memory, at the places given here; the place behind the last node's
/// is for what nobody reads.
struct ShapCodeNode {
  double share;            // z: the left child's part of the covers
  double left_value;       // of the left child, if it is a leaf
  uint32_t factors;        // where its W, 0, T and C start, one after the other, in doubles
  uint32_t test;           // its state
  uint16_t sums;           // its feature's place among those of the group
  uint16_t right;          // the right child
  uint16_t right_of;       // the node whose right child this is
  bool is_left : 1;        // this is the left child of the node before
  bool left_is_next : 1;   // the left child is a node
  bool right_is_next : 1;  // the left child is a leaf and the right one a node
};

/// A tree of the group; its nodes and leaves follow those of the tree before.
struct ShapCodeTree {
  uint32_t nodes;
  uint32_t right_leaves;
};

/// A leaf that is a right child.
struct ShapCodeLeaf {
  double value;
  uint32_t right_of;
};

struct ShapCode {
  const ShapCodeTree* trees;
  size_t tree_count;
  const ShapCodeNode* nodes;         // of all trees
  const ShapCodeLeaf* right_leaves;  // of all trees
  const double* factors;  // first those of a test that does not count: W = 1, T = 0, C = 0
  const double* weights;  // of the quadrature, `width` of them
  size_t points;          // of a node
  size_t width;           // the same, padded with zeros to whole vectors
  size_t features;        // of the group
};

/// What a row did at a node.
enum ShapState : uint8_t { kWentRight = 0, kWentLeft = 1, kDoesNotCount = 2 };

/// Room for one tree: `width` doubles for each of its nodes and one more in each of the three.
struct ShapRoom {
  double* weight;  // P
  double* split;   // a
  double* value;   // G, of the right child where a lane is a point, of the node where it is a row
};

/// Lanes of the reduction: part of the definition, whatever the processor has.
inline constexpr size_t kShapReduceLanes = 8;

/// The widest nodes that the kernels know; trees with longer paths are walked portably.
inline constexpr size_t kShapMostPoints = 16;

/// `states`: those of all nodes of the model. `sums`: `width` zeros for each feature of the group,
/// of which the first becomes its attribution. All pointers to doubles are aligned to 64 bytes.
using ShapKernel = void (*)(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                            double* sums);

void ShapKernelAvx2(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                    double* sums);
void ShapKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                      double* sums);

/// The same for as many rows as a vector has lanes. Wherever the other kernel has a number for a
/// node or a point this one has as many as rows, side by side; `points` of them, not `width`.
using ShapRowsKernel = void (*)(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                                double* sums);

void ShapRowsKernelAvx2(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                        double* sums);
void ShapRowsKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                          double* sums);

}  // namespace fairline
