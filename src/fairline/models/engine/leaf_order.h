// The leaves of a tree in one row, such that each node's subtree is a range of it. A test that
// fails rules out the range of its first child, and the first leaf that is left is where the row
// falls.
#pragma once

#include <cstddef>
#include <vector>

#include "fairline/models/tree_ensemble.h"

namespace fairline {

struct LeafRange {
  size_t begin = 0, end = 0;
  /// Those of `count` leaves from `first` on, at most 32, as bits from the lowest up.
  uint32_t Bits(size_t first, size_t count) const;
};

struct LeafOrder {
  std::vector<double> values;     // of the leaves
  std::vector<LeafRange> first;   // by node: the leaves below the child that comes first
  std::vector<bool> right_first;  // by node
};

enum class FirstChild {
  kLeft,
  kHeavier,  // where more training rows went, so that its test fails less often
};

LeafOrder OrderLeaves(const Tree& tree, FirstChild which);

}  // namespace fairline
