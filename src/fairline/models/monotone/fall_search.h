// The lowest sum that difference trees reach together, by branch and bound: a box's bound is the
// sum of each tree's own lowest leaf in it, and a box that may fall is split where the bound and a
// row found in it differ most. Bounds of this kind: Kantchelian, Tygar and Joseph, Evasion and
// Hardening of Tree Ensemble Classifiers, 2016; Chen et al., Robustness Verification of Tree-based
// Models, 2019.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "fairline/models/monotone/difference_tree.h"

namespace fairline {

class FallSearch {
 public:
  /// Tries rows of the box: whether the score falls for one of them, by the real arithmetic.
  using FallsIn = std::function<bool(const Box&)>;

  /// `margin`: what rounding can take from an exact sum of differences. All must outlive this.
  FallSearch(const ModelCells& cells, const std::vector<DifferenceTree>& trees, double margin,
             FallsIn falls_in, StepBudget& budget);

  /// Looks at the box of all rows only: enough where a fall is easily found.
  void Start();
  /// Splits boxes, the lowest bound first, until all are settled, a row falls or the budget is
  /// spent. After Start.
  void Run();

  /// A row was found.
  bool falls() const { return falls_; }
  /// The score changes by no less than this for any row; 0 when it is proved not to fall.
  double bound() const;

 private:
  // An open box: the one it was split from, restricted to a side of a test.
  struct Open {
    int32_t parent = -1;
    const CellTest* test = nullptr;
    bool left = false;
    double bound = 0;
    const CellTest* split = nullptr;
  };
  // A row's way through all the trees.
  struct Way {
    Box box;
    double sum = 0;
    double widest_gap = 0;  // between a tree's difference and its lowest
    size_t widest = 0;
  };
  Box BoxOf(int32_t open) const;
  void Examine(Open open, const Box& box);
  Way FindWay(const Box& box, const std::vector<double>& least);
  double Least(const DifferenceTree& tree, int32_t node, const Box& box, double best);
  const CellTest* FirstOpenTest(const DifferenceTree& tree, const Box& box) const;

  const ModelCells& cells_;
  const std::vector<DifferenceTree>& trees_;
  double margin_;
  FallsIn falls_in_;
  StepBudget& budget_;
  std::vector<Open> boxes_;
  std::vector<int32_t> queue_;  // a heap, the lowest bound on top
  double settled_ = 0;          // the lowest bound of boxes that cannot be split further
  bool falls_ = false;
};

}  // namespace fairline
