#include "fairline/models/monotone/fall_search.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace fairline {
namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
}

FallSearch::FallSearch(const ModelCells& cells, const std::vector<DifferenceTree>& trees,
                       double margin, FallsIn falls_in, StepBudget& budget)
    : cells_(cells),
      trees_(trees),
      margin_(margin),
      falls_in_(std::move(falls_in)),
      budget_(budget) {}

void FallSearch::Start() { Examine({}, cells_.Everything()); }

void FallSearch::Run() {
  const auto is_higher = [&](int32_t a, int32_t b) {
    return boxes_[a].bound != boxes_[b].bound ? boxes_[a].bound > boxes_[b].bound : a > b;
  };
  while (!falls_ && !queue_.empty() && budget_.left > 0) {
    std::ranges::pop_heap(queue_, is_higher);
    const int32_t parent = queue_.back();
    queue_.pop_back();
    const CellTest* test = boxes_[parent].split;
    for (const bool left : {true, false}) {
      const size_t before = boxes_.size();
      Box box = BoxOf(parent);
      cells_.Restrict(*test, left, box);
      Examine({.parent = parent, .test = test, .left = left}, box);
      if (boxes_.size() > before) std::ranges::push_heap(queue_, is_higher);
    }
  }
}

double FallSearch::bound() const {
  double least = settled_;
  for (const int32_t open : queue_) least = std::min(least, boxes_[open].bound);
  return least;
}

Box FallSearch::BoxOf(int32_t open) const {
  Box box = cells_.Everything();
  for (; boxes_[open].test != nullptr; open = boxes_[open].parent) {
    cells_.Restrict(*boxes_[open].test, boxes_[open].left, box);
  }
  return box;
}

/// Settles the box, or keeps it open.
void FallSearch::Examine(Open open, const Box& box) {
  std::vector<double> least;
  double sum = 0;
  for (const DifferenceTree& tree : trees_) {
    least.push_back(Least(tree, static_cast<int32_t>(tree.nodes.size()) - 1, box, kInfinity));
    sum += least.back();
  }
  // Where no tree falls no rounding does either: a rounded sum rises with each of its terms.
  if (std::ranges::min(least) >= 0 || sum >= margin_) return;
  const Way way = FindWay(box, least);
  if (way.sum < 0 && falls_in_(way.box)) falls_ = true;
  open.bound = sum - margin_;
  if (way.widest_gap == 0) {
    settled_ = std::min(settled_, open.bound);
    return;
  }
  open.split = FirstOpenTest(trees_[way.widest], box);
  boxes_.push_back(open);
  queue_.push_back(static_cast<int32_t>(boxes_.size()) - 1);
}

/// Takes the trees one after the other, those that fall most first, to the lowest leaf that the
/// trees before it have left.
FallSearch::Way FallSearch::FindWay(const Box& box, const std::vector<double>& least) {
  std::vector<size_t> order(trees_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return least[i]; });
  Way way{.box = box};
  for (const size_t i : order) {
    const DifferenceTree& tree = trees_[i];
    const DifferenceTree::Node* node = &tree.root();
    while (node->test != nullptr) {
      const Sides sides = cells_.SidesOf(*node->test, way.box);
      bool left = sides.left;
      if (sides.both()) {
        const double on_left = Least(tree, node->left, way.box, kInfinity);
        left = on_left <= Least(tree, node->right, way.box, on_left);
        cells_.Restrict(*node->test, left, way.box);
      }
      node = &tree.nodes[left ? node->left : node->right];
    }
    way.sum += node->least;
    if (node->least - least[i] > way.widest_gap) {
      way.widest_gap = node->least - least[i];
      way.widest = i;
    }
  }
  return way;
}

/// The lowest leaf below the node in the box, if below `best`.
double FallSearch::Least(const DifferenceTree& tree, int32_t node, const Box& box, double best) {
  const DifferenceTree::Node* at = &tree.nodes[node];
  budget_.Spend();
  while (at->test != nullptr) {
    if (at->least >= best) return best;
    const Sides sides = cells_.SidesOf(*at->test, box);
    if (sides.both()) {
      // The lower side first: the other is then often passed over.
      const bool left_first = tree.nodes[at->left].least <= tree.nodes[at->right].least;
      best = Least(tree, left_first ? at->left : at->right, box, best);
      return Least(tree, left_first ? at->right : at->left, box, best);
    }
    at = &tree.nodes[sides.left ? at->left : at->right];
  }
  return std::min(best, at->least);
}

/// Not null where the tree can still end in two leaves.
const CellTest* FallSearch::FirstOpenTest(const DifferenceTree& tree, const Box& box) const {
  const DifferenceTree::Node* node = &tree.root();
  for (;;) {
    if (node->test == nullptr) return nullptr;
    const Sides sides = cells_.SidesOf(*node->test, box);
    if (sides.both()) return node->test;
    node = &tree.nodes[sides.left ? node->left : node->right];
  }
}

}  // namespace fairline
