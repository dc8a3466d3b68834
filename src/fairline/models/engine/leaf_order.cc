#include "fairline/models/engine/leaf_order.h"

#include <algorithm>
#include <optional>

namespace fairline {
namespace {

double CoverOf(const Tree& tree, int32_t child) {
  return child < 0 ? tree.leaf_covers[~child] : tree.nodes[child].cover;
}

}  // namespace

uint32_t LeafRange::Bits(size_t first, size_t count) const {
  const size_t from = std::clamp(begin, first, first + count) - first;
  const size_t to = std::clamp(end, first, first + count) - first;
  return static_cast<uint32_t>((uint64_t{1} << to) - (uint64_t{1} << from));
}

LeafOrder OrderLeaves(const Tree& tree, FirstChild which) {
  struct Visit {
    int32_t child;
    std::optional<size_t> first_of;  // closes the range of this node
  };
  const size_t nodes = tree.nodes.size();
  LeafOrder order{.values = {}, .first = std::vector<LeafRange>(nodes), .right_first = {}};
  for (const TreeNode& node : tree.nodes) {
    order.right_first.push_back(which == FirstChild::kHeavier &&
                                CoverOf(tree, node.right) > CoverOf(tree, node.left));
  }
  std::vector<Visit> waiting = {{nodes == 0 ? ~0 : 0, {}}};
  while (!waiting.empty()) {
    const Visit visit = waiting.back();
    waiting.pop_back();
    if (visit.first_of) {
      order.first[*visit.first_of].end = order.values.size();
    } else if (visit.child < 0) {
      order.values.push_back(tree.leaf_values[~visit.child]);
    } else {
      const auto at = static_cast<size_t>(visit.child);
      const TreeNode& node = tree.nodes[at];
      const bool right_first = order.right_first[at];
      order.first[at].begin = order.values.size();
      waiting.push_back({right_first ? node.left : node.right, {}});
      waiting.push_back({0, at});
      waiting.push_back({right_first ? node.right : node.left, {}});
    }
  }
  return order;
}

}  // namespace fairline
