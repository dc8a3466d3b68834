// What one tree adds to the raw score when a feature steps from one cell to the next, as a tree of
// tests of the other features.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/models/monotone/value_cells.h"

namespace fairline {

/// Work that may still be done, in visits of nodes: the same on every machine.
struct StepBudget {
  int64_t left = 0;
  bool Spend() { return left > 0 && left-- > 0; }
};

/// From `lower` to `upper`, cells of `feature`. Differences are multiplied by `sign`.
struct FeatureStep {
  uint32_t feature = 0;
  uint32_t lower = 0, upper = 0;
  double sign = 1;
};

struct DifferenceTree {
  struct Node {
    const CellTest* test = nullptr;  // nullptr: a leaf
    int32_t left = 0, right = 0;
    double least = 0;  // the lowest difference below, a leaf's own
  };
  std::vector<Node> nodes;  // children before parents, the root last

  const Node& root() const { return nodes.back(); }
};

/// What a tree's subtrees hold, by node: found once per tree and used for every step.
class SubtreeBounds {
 public:
  explicit SubtreeBounds(const Tree& tree);
  double Least(int32_t child) const { return child < 0 ? leaves_[~child] : least_[child]; }
  double Most(int32_t child) const { return child < 0 ? leaves_[~child] : most_[child]; }
  /// The nodes below `node` are [node, End(node)).
  int32_t End(int32_t node) const { return end_[node]; }

 private:
  std::span<const double> leaves_;
  std::vector<double> least_, most_;
  std::vector<int32_t> end_;
};

/// Two copies of a tree walked together, one below the step and one above it.
class StepOfTree {
 public:
  /// `stepped`: the nodes, ascending, whose test tells the two cells apart. All must outlive this.
  StepOfTree(const Tree& tree, std::span<const CellTest> tests, const SubtreeBounds& bounds,
             std::span<const int32_t> stepped, const ModelCells& cells, const FeatureStep& step,
             StepBudget& budget);

  /// Whether the tree by itself falls for some row. True when the budget is spent.
  bool Falls();
  /// Where the budget is spent a leaf holds a lower bound.
  DifferenceTree Build();

 private:
  struct Pair {
    int32_t lower = 0, upper = 0;
  };
  Pair Descend(Pair pair) const;
  int32_t Descend(int32_t child, uint32_t cell) const;
  bool IsSame(Pair pair) const;
  double LowerBound(Pair pair) const;
  bool FallsBelow(Pair pair);
  int32_t BuildBelow(Pair pair, DifferenceTree& built);

  const Tree& tree_;
  std::span<const CellTest> tests_;
  const SubtreeBounds& bounds_;
  std::span<const int32_t> stepped_;
  const ModelCells& cells_;
  FeatureStep step_;
  StepBudget& budget_;
  Box box_;
};

}  // namespace fairline
