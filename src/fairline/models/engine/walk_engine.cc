// One step of a walk waits for two loads, one after the other. Walks do not wait for each other, so
// a group of them goes down level by level, and the processor overlaps their waiting. A walk that
// has reached its leaf stays there: the group makes as many steps as its deepest tree has levels,
// without a branch that depends on the row.
#include "fairline/models/engine/walk_engine.h"

#include <algorithm>
#include <array>
#include <limits>

namespace fairline {
namespace {

constexpr size_t kWalks = 8;  // what the registers hold
// Trees of a window are walked by ascending depth, so that a group has trees of one depth, and
// added in the model's order. Longer windows leave the processor waiting for the sum.
constexpr size_t kWindow = 64;

// A node of a tree whose nodes and leaves are numbered breadth first: the two children of a node
// are neighbours. A leaf's test never sends a row to the right, and its child is itself.
template <typename Bin, typename Place>
struct WalkNode {
  uint16_t slot;
  Bin limit;
  Place child;  // the left one, counted from the root
};
// Half a cache line holds a tree's first levels.
using SmallNode = WalkNode<uint8_t, uint8_t>;

struct WalkRoot {
  uint32_t node;  // where the tree begins
  uint32_t levels;
  uint32_t place;  // of the tree in its window
};

template <typename Node>
struct WalkTables {
  std::vector<Node> nodes;
  std::vector<double> values;   // of leaves, by node
  std::vector<WalkRoot> roots;  // of the trees, window by window, each by ascending levels
};

template <typename Node>
class TableBuilder {
 public:
  TableBuilder(const TreeEnsemble& model, std::span<const BinTest> tests) : tests_(tests) {
    for (const Tree& tree : model.trees) Add(tree);
    auto& roots = tables_.roots;
    for (size_t first = 0; first < roots.size(); first += kWindow) {
      const std::span window(&roots[first], std::min(kWindow, roots.size() - first));
      std::ranges::stable_sort(window, {}, &WalkRoot::levels);
    }
  }
  WalkTables<Node> Take() { return std::move(tables_); }

 private:
  using Bin = decltype(Node::limit);
  using Place = decltype(Node::child);

  void Add(const Tree& tree) {
    struct Waiting {
      int32_t child;
      uint32_t level;
    };
    const size_t root = tables_.nodes.size();
    std::vector<Waiting> waiting = {{tree.nodes.empty() ? ~0 : 0, 0}};
    uint32_t levels = 0;
    for (size_t place = 0; place < waiting.size(); ++place) {
      const auto [child, level] = waiting[place];
      levels = std::max(levels, level);
      if (child < 0) {
        tables_.nodes.push_back({0, std::numeric_limits<Bin>::max(), static_cast<Place>(place)});
        tables_.values.push_back(tree.leaf_values[~child]);
        continue;
      }
      const BinTest& test = tests_[static_cast<size_t>(child)];
      tables_.nodes.push_back({static_cast<uint16_t>(test.slot), static_cast<Bin>(test.limit),
                               static_cast<Place>(waiting.size())});
      tables_.values.push_back(0);
      waiting.push_back({tree.nodes[child].left, level + 1});
      waiting.push_back({tree.nodes[child].right, level + 1});
    }
    tests_ = tests_.subspan(tree.nodes.size());
    tables_.roots.push_back({static_cast<uint32_t>(root), levels,
                             static_cast<uint32_t>(tables_.roots.size() % kWindow)});
  }

  std::span<const BinTest> tests_;
  WalkTables<Node> tables_;
};

template <typename Node>
class WalkEngine : public ScoreEngine {
 public:
  using Bin = decltype(Node::limit);

  WalkEngine(std::shared_ptr<const FeatureBins> bins, WalkTables<Node> tables)
      : bins_(std::move(bins)), tables_(std::move(tables)) {}

  std::string_view what() const override { return "walks over bins"; }

  double RawScore(std::span<const double> row) const override {
    thread_local std::vector<Bin> slots;
    slots.resize(bins_->slots());
    bins_->Fill(row, slots.data());
    return Sum(slots.data());
  }

  void RawScores(const FeatureColumns& rows, std::span<double> scores) const override {
    thread_local std::vector<Bin> slots;
    slots.resize(bins_->slots() * FeatureBins::kBlock);
    for (size_t first = 0; first < scores.size(); first += FeatureBins::kBlock) {
      const size_t count = std::min(FeatureBins::kBlock, scores.size() - first);
      bins_->FillBlock(rows, first, count, 1, bins_->slots(), slots.data());
      for (size_t r = 0; r < count; ++r) scores[first + r] = Sum(slots.data() + r * bins_->slots());
    }
  }

 private:
  double Sum(const Bin* slots) const {
    std::array<double, kWindow> values;
    double sum = 0;
    const std::span<const WalkRoot> roots = tables_.roots;
    for (size_t first = 0; first < roots.size(); first += kWindow) {
      const size_t count = std::min(kWindow, roots.size() - first);
      const WalkRoot* root = &roots[first];
      const WalkRoot* const end = root + count;
      for (; end - root >= static_cast<ptrdiff_t>(kWalks); root += kWalks) {
        Walk<kWalks>(root, slots, values.data());
      }
      for (; root < end; ++root) Walk<1>(root, slots, values.data());
      for (size_t i = 0; i < count; ++i) sum += values[i];
    }
    return sum;
  }

  template <size_t kCount>
  [[gnu::always_inline]] void Walk(const WalkRoot* roots, const Bin* slots, double* values) const {
    const Node* nodes = tables_.nodes.data();
    uint32_t at[kCount];
    for (size_t i = 0; i < kCount; ++i) at[i] = roots[i].node;
    for (uint32_t levels = roots[kCount - 1].levels; levels > 0; --levels) {
#pragma GCC unroll 8
      for (size_t i = 0; i < kCount; ++i) {
        const Node& node = nodes[at[i]];
        at[i] = roots[i].node + node.child + (node.limit < slots[node.slot] ? 1 : 0);
      }
    }
    for (size_t i = 0; i < kCount; ++i) values[roots[i].place] = tables_.values.data()[at[i]];
  }

  const std::shared_ptr<const FeatureBins> bins_;
  const WalkTables<Node> tables_;
};

template <typename Node>
std::unique_ptr<const ScoreEngine> Compile(const TreeEnsemble& model,
                                           std::shared_ptr<const FeatureBins> bins,
                                           std::span<const BinTest> tests) {
  return std::make_unique<WalkEngine<Node>>(std::move(bins),
                                            TableBuilder<Node>(model, tests).Take());
}

}  // namespace

std::unique_ptr<const ScoreEngine> MakeWalkEngine(const TreeEnsemble& model,
                                                  std::shared_ptr<const FeatureBins> bins,
                                                  std::span<const BinTest> tests) {
  if (bins->slots() > std::numeric_limits<uint16_t>::max()) return nullptr;
  if (!bins->fits_byte()) {
    return Compile<WalkNode<uint16_t, uint32_t>>(model, std::move(bins), tests);
  }
  size_t most_leaves = 0;
  for (const Tree& tree : model.trees) most_leaves = std::max(most_leaves, tree.leaf_values.size());
  if (2 * most_leaves - 1 <= std::numeric_limits<uint8_t>::max()) {
    return Compile<SmallNode>(model, std::move(bins), tests);
  }
  return Compile<WalkNode<uint8_t, uint32_t>>(model, std::move(bins), tests);
}

}  // namespace fairline
