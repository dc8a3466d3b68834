// One step of a walk waits for two loads, one after the other. Walks do not wait for each other, so
// many go down together, a few steps each in turn, and the processor overlaps their waiting. A walk
// that has arrived stays where it is and is left out of the next turn, so that deep trees cost the
// steps that rows make in them and not their depth. Nothing branches on the row.
#include "fairline/models/engine/walk_engine.h"

#include <algorithm>
#include <array>
#include <limits>

namespace fairline {
namespace {

constexpr size_t kTogether = 12;  // walks side by side, by measurement
constexpr size_t kSteps = 6;      // of each in its turn

// Nodes and leaves of a tree are in preorder: the left child is next, and often in the same cache
// line. A leaf's test always holds, and its step is none.
template <typename Bin, typename Step>
struct WalkNode {
  using BinType = Bin;
  uint16_t slot;
  Bin least;  // of the slot's values that go right
  Step step;  // to the right child
};

struct Walk {
  uint32_t at;      // the node
  uint32_t number;  // of its tree or row
};

template <typename Node>
struct WalkTables {
  std::vector<Node> nodes;
  std::vector<double> values;   // of leaves, by node
  std::vector<uint32_t> roots;  // of the trees
};

template <typename Node>
WalkTables<Node> MakeTables(const TreeEnsemble& model, std::span<const BinTest> tests) {
  using Bin = Node::BinType;
  using Step = decltype(Node::step);
  WalkTables<Node> tables;
  for (const Tree& tree : model.trees) {
    tables.roots.push_back(static_cast<uint32_t>(tables.nodes.size()));
    // Children to be laid out, and the node whose right child it is or the child's own place.
    std::vector<std::pair<int32_t, size_t>> waiting = {
        {tree.nodes.empty() ? ~0 : 0, tables.nodes.size()}};
    while (!waiting.empty()) {
      const auto [child, parent] = waiting.back();
      waiting.pop_back();
      const size_t place = tables.nodes.size();
      if (parent < place) tables.nodes[parent].step = static_cast<Step>(place - parent);
      if (child < 0) {
        tables.nodes.push_back({0, 0, 0});
        tables.values.push_back(tree.leaf_values[~child]);
        continue;
      }
      const BinTest& test = tests[static_cast<size_t>(child)];
      tables.nodes.push_back(
          {static_cast<uint16_t>(test.slot), static_cast<Bin>(test.limit + 1), 0});
      tables.values.push_back(0);
      waiting.emplace_back(tree.nodes[child].right, place);
      waiting.emplace_back(tree.nodes[child].left, place + 1);
    }
    tests = tests.subspan(tree.nodes.size());
  }
  return tables;
}

template <typename Node>
class WalkEngine : public ScoreEngine {
 public:
  using Bin = Node::BinType;

  WalkEngine(std::shared_ptr<const FeatureBins> bins, WalkTables<Node> tables)
      : bins_(std::move(bins)), width_(bins_->slots()), tables_(std::move(tables)) {
    tables_.nodes.push_back({0, 0, 0});  // where walks are that nobody asks for
  }

  std::string_view what() const override { return "walks over bins"; }

  /// Trees of one row go down together.
  double RawScore(std::span<const double> row) const override {
    thread_local std::vector<Bin> slots;
    slots.resize(width_ + 1);
    bins_->Fill(row, slots.data());
    Walks walks;
    Ends ends;
    double sum = 0;
    for (size_t first = 0; first < tables_.roots.size(); first += kMostWalks) {
      const auto roots = std::span(tables_.roots).subspan(first);
      const size_t count = std::min(kMostWalks, roots.size());
      for (uint32_t i = 0; i < count; ++i) walks[i] = {roots[i], i};
      GoDown<true>(walks, count, slots.data(), ends);
      for (size_t i = 0; i < count; ++i) sum += tables_.values.data()[ends[i]];
    }
    return sum;
  }

  /// Rows go down one tree together, which stays in the nearest cache meanwhile.
  void RawScores(const FeatureColumns& rows, std::span<double> scores) const override {
    thread_local std::vector<Bin> slots;
    slots.resize(width_ * kMostWalks + width_ + 1);
    Walks walks;
    Ends ends;
    for (size_t first = 0; first < scores.size(); first += kMostWalks) {
      const auto sums = scores.subspan(first, std::min(kMostWalks, scores.size() - first));
      for (size_t r = 0; r < sums.size(); r += FeatureBins::kBlock) {
        const size_t count = std::min(FeatureBins::kBlock, sums.size() - r);
        bins_->FillBlock(rows, first + r, count, 1, width_, slots.data() + r * width_);
      }
      std::ranges::fill(sums, 0.0);
      for (const uint32_t root : tables_.roots) {
        for (uint32_t r = 0; r < sums.size(); ++r) walks[r] = {root, r};
        GoDown<false>(walks, sums.size(), slots.data(), ends);
        for (size_t r = 0; r < sums.size(); ++r) sums[r] += tables_.values.data()[ends[r]];
      }
    }
  }

 private:
  static constexpr size_t kMostWalks = 256;
  using Walks = std::array<Walk, kMostWalks + kTogether>;
  using Ends = std::array<uint32_t, kMostWalks + 1>;

  /// Takes walks [0, count) to their leaves, whose places go to `ends` by the walks' numbers.
  template <bool kOneRow>
  void GoDown(Walks& walks, size_t count, const Bin* slots, Ends& ends) const {
    const Node* nodes = tables_.nodes.data();
    const Walk nobody{static_cast<uint32_t>(tables_.nodes.size() - 1), uint32_t{kMostWalks}};
    while (count > 0) {
      std::fill_n(walks.data() + count, kTogether, nobody);  // for the last group
      size_t still = 0;
      for (size_t first = 0; first < count; first += kTogether) {
        uint32_t at[kTogether], number[kTogether];
        const Bin* own[kTogether];
#pragma GCC unroll 12
        for (size_t i = 0; i < kTogether; ++i) {
          at[i] = walks.data()[first + i].at;
          number[i] = walks.data()[first + i].number;
          own[i] = kOneRow ? slots : slots + number[i] * width_;
        }
        for (size_t step = 0; step < kSteps; ++step) {
#pragma GCC unroll 12
          for (size_t i = 0; i < kTogether; ++i) {
            const Node& node = nodes[at[i]];
            const uint32_t right = node.step;
            at[i] += own[i][node.slot] >= node.least ? right : 1;
          }
        }
        // A walk that is still under way takes the place of one that is not.
#pragma GCC unroll 12
        for (size_t i = 0; i < kTogether; ++i) {
          ends.data()[number[i]] = at[i];
          walks.data()[still] = {at[i], number[i]};
          still += nodes[at[i]].least != 0 ? 1 : 0;
        }
      }
      count = still;
    }
  }

  const std::shared_ptr<const FeatureBins> bins_;
  const size_t width_;  // slots of a row
  WalkTables<Node> tables_;
};

template <typename Node>
std::unique_ptr<const ScoreEngine> Compile(const TreeEnsemble& model,
                                           std::shared_ptr<const FeatureBins> bins,
                                           std::span<const BinTest> tests) {
  return std::make_unique<WalkEngine<Node>>(std::move(bins), MakeTables<Node>(model, tests));
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
    return Compile<WalkNode<uint8_t, uint8_t>>(model, std::move(bins), tests);
  }
  return Compile<WalkNode<uint8_t, uint32_t>>(model, std::move(bins), tests);
}

}  // namespace fairline
