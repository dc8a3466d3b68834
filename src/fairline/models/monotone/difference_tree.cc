#include "fairline/models/monotone/difference_tree.h"

#include <algorithm>

namespace fairline {

SubtreeBounds::SubtreeBounds(const Tree& tree)
    : leaves_(tree.leaf_values),
      least_(tree.nodes.size()),
      most_(tree.nodes.size()),
      end_(tree.nodes.size()) {
  // Preorder: children stand behind their parent.
  for (auto node = static_cast<int32_t>(tree.nodes.size()) - 1; node >= 0; --node) {
    const int32_t left = tree.nodes[node].left, right = tree.nodes[node].right;
    least_[node] = std::min(Least(left), Least(right));
    most_[node] = std::max(Most(left), Most(right));
    end_[node] = std::max({node + 1, left < 0 ? 0 : End(left), right < 0 ? 0 : End(right)});
  }
}

StepOfTree::StepOfTree(const Tree& tree, std::span<const CellTest> tests,
                       const SubtreeBounds& bounds, std::span<const int32_t> stepped,
                       const ModelCells& cells, const FeatureStep& step, StepBudget& budget)
    : tree_(tree),
      tests_(tests),
      bounds_(bounds),
      stepped_(stepped),
      cells_(cells),
      step_(step),
      budget_(budget),
      box_(cells.Everything()) {}

bool StepOfTree::Falls() { return FallsBelow({}); }

DifferenceTree StepOfTree::Build() {
  DifferenceTree built;
  BuildBelow({}, built);
  return built;
}

int32_t StepOfTree::Descend(int32_t child, uint32_t cell) const {
  while (child >= 0) {
    const CellTest& test = tests_[child];
    bool left = false;
    if (test.feature == step_.feature) {
      left = cell < test.left_cells;
    } else {
      const Sides sides = cells_.SidesOf(test, box_);
      if (sides.both()) break;
      left = sides.left;
    }
    child = left ? tree_.nodes[child].left : tree_.nodes[child].right;
  }
  return child;
}

StepOfTree::Pair StepOfTree::Descend(Pair pair) const {
  return {Descend(pair.lower, step_.lower), Descend(pair.upper, step_.upper)};
}

/// Whether both copies end in the same leaf for every row of the box.
bool StepOfTree::IsSame(Pair pair) const {
  if (pair.lower != pair.upper) return false;
  if (pair.lower < 0) return true;
  const auto first = std::ranges::lower_bound(stepped_, pair.lower);
  return first == stepped_.end() || *first >= bounds_.End(pair.lower);
}

/// Of the difference. Of two leaves it is the difference.
double StepOfTree::LowerBound(Pair pair) const {
  return step_.sign > 0 ? bounds_.Least(pair.upper) - bounds_.Most(pair.lower)
                        : bounds_.Least(pair.lower) - bounds_.Most(pair.upper);
}

bool StepOfTree::FallsBelow(Pair pair) {
  pair = Descend(pair);
  if (IsSame(pair)) return false;
  const double bound = LowerBound(pair);
  if (bound >= 0) return false;
  if ((pair.lower < 0 && pair.upper < 0) || !budget_.Spend()) return true;
  const CellTest& test = tests_[std::max(pair.lower, pair.upper)];
  const SavedCells saved(cells_, test, box_);
  for (const bool left : {true, false}) {
    cells_.Restrict(test, left, box_);
    const bool falls = FallsBelow(pair);
    saved.Restore(box_);
    if (falls) return true;
  }
  return false;
}

int32_t StepOfTree::BuildBelow(Pair pair, DifferenceTree& built) {
  pair = Descend(pair);
  DifferenceTree::Node node;
  if (!IsSame(pair)) {
    node.least = LowerBound(pair);
    if ((pair.lower >= 0 || pair.upper >= 0) && budget_.Spend()) {
      node.test = &tests_[std::max(pair.lower, pair.upper)];
      const SavedCells saved(cells_, *node.test, box_);
      cells_.Restrict(*node.test, true, box_);
      node.left = BuildBelow(pair, built);
      saved.Restore(box_);
      cells_.Restrict(*node.test, false, box_);
      node.right = BuildBelow(pair, built);
      saved.Restore(box_);
      const auto& left = built.nodes[node.left];
      const auto& right = built.nodes[node.right];
      node.least = std::min(left.least, right.least);
      // Two leaves with the same difference are one; mostly both are zero.
      if (left.test == nullptr && right.test == nullptr && left.least == right.least) {
        built.nodes.pop_back();
        return node.left;
      }
    }
  }
  built.nodes.push_back(node);
  return static_cast<int32_t>(built.nodes.size()) - 1;
}

}  // namespace fairline
