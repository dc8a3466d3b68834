#include "fairline/models/engine/plane_engine.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "fairline/models/engine/plane_code.h"
#include "fairline/models/engine/walk_engine.h"

namespace fairline {
namespace {

constexpr size_t kLeavesPerPlane = 8;

struct alignas(64) SlotLine {
  uint8_t rows[kPlaneRows] = {};
};

#if defined(__x86_64__)
PlaneKernel KernelOf(Engine engine) {
  return engine == Engine::kAvx512 ? PlaneKernelAvx512 : PlaneKernelAvx2;
}
#else
PlaneKernel KernelOf(Engine) { return nullptr; }
#endif

struct PlaneTables {
  std::vector<PlaneTree> trees;
  std::vector<PlaneTest> tests;
  std::vector<double> values;

  /// `own`: the tests of the tree's nodes.
  void Add(const Tree& tree, std::span<const BinTest> own);
};

// Leaves [begin, end) of the tree, counted from left to right.
struct LeafRange {
  size_t begin, end;
};

/// Orders the leaves from left to right, and says which are below the left child of each node.
std::vector<LeafRange> LeavesOnTheLeft(const Tree& tree, std::vector<double>& values) {
  struct Visit {
    int32_t child;
    std::optional<size_t> left_of;  // closes the range of this node
  };
  std::vector<LeafRange> ranges(tree.nodes.size());
  std::vector<Visit> waiting = {{tree.nodes.empty() ? ~0 : 0, {}}};
  while (!waiting.empty()) {
    const Visit visit = waiting.back();
    waiting.pop_back();
    if (visit.left_of) {
      ranges[*visit.left_of].end = values.size();
    } else if (visit.child < 0) {
      values.push_back(tree.leaf_values[~visit.child]);
    } else {
      const auto node = static_cast<size_t>(visit.child);
      ranges[node].begin = values.size();
      waiting.push_back({tree.nodes[node].right, {}});
      waiting.push_back({0, node});
      waiting.push_back({tree.nodes[node].left, {}});
    }
  }
  return ranges;
}

void PlaneTables::Add(const Tree& tree, std::span<const BinTest> own) {
  std::vector<double> leaves;
  const std::vector<LeafRange> lost = LeavesOnTheLeft(tree, leaves);
  PlaneTree made{.planes = static_cast<uint32_t>((leaves.size() + 7) / kLeavesPerPlane)};
  for (size_t plane = 0; plane < made.planes; ++plane) {
    for (size_t i = 0; i < own.size(); ++i) {
      uint8_t kept = 0xff;
      for (size_t bit = 0; bit < kLeavesPerPlane; ++bit) {
        const size_t leaf = plane * kLeavesPerPlane + bit;
        if (leaf >= lost[i].begin && leaf < lost[i].end) kept &= static_cast<uint8_t>(~(1U << bit));
      }
      if (kept == 0xff) continue;
      tests.push_back(
          {static_cast<uint16_t>(own[i].slot), static_cast<uint8_t>(own[i].limit), kept});
      ++made.tests[plane];
    }
  }
  leaves.resize(made.planes * kLeavesPerPlane);
  values.insert(values.end(), leaves.begin(), leaves.end());
  trees.push_back(made);
}

class PlaneEngine : public ScoreEngine {
 public:
  PlaneEngine(FeatureBins bins, PlaneTables tables, std::unique_ptr<const ScoreEngine> walks,
              Engine engine)
      : bins_(std::move(bins)),
        tables_(std::move(tables)),
        walks_(std::move(walks)),
        engine_(engine) {}

  std::string_view what() const override {
    return engine_ == Engine::kAvx512 ? "bit planes, avx512" : "bit planes, avx2";
  }

  double RawScore(std::span<const double> row) const override { return walks_->RawScore(row); }

  void RawScores(const FeatureColumns& rows, std::span<double> scores) const override {
    thread_local std::vector<SlotLine> slots;
    // One at least: the kernel gets a pointer, also for trees that ask nothing.
    slots.resize(std::max({slots.size(), bins_.slots(), size_t{1}}));
    const PlaneCode code{tables_.trees.data(), tables_.trees.size(), tables_.tests.data(),
                         tables_.values.data()};
    for (size_t first = 0; first < scores.size(); first += kPlaneRows) {
      const size_t count = std::min(kPlaneRows, scores.size() - first);
      alignas(64) double sums[kPlaneRows] = {};
      bins_.FillBlock(rows, first, count, kPlaneRows, 1, slots.data()->rows);
      KernelOf(engine_)(code, slots.data()->rows, bins_.slots(), sums);
      std::copy_n(sums, count, scores.begin() + static_cast<ptrdiff_t>(first));
    }
  }

 private:
  const FeatureBins bins_;
  const PlaneTables tables_;
  const std::unique_ptr<const ScoreEngine> walks_;
  const Engine engine_;
};

}  // namespace

std::unique_ptr<const ScoreEngine> MakePlaneEngine(const TreeEnsemble& model, Engine engine) {
  const bool small = std::ranges::all_of(model.trees, [](const Tree& tree) {
    return tree.leaf_values.size() <= kMostPlanes * kLeavesPerPlane;
  });
  if (!small) return nullptr;
  std::vector<BinTest> tests;
  auto bins = FeatureBins::Make(model, tests);
  if (!bins || !bins->fits_byte() || bins->slots() > std::numeric_limits<uint16_t>::max()) {
    return nullptr;
  }
  PlaneTables tables;
  std::span<const BinTest> left = tests;
  for (const Tree& tree : model.trees) {
    tables.Add(tree, left.first(tree.nodes.size()));
    left = left.subspan(tree.nodes.size());
  }
  return std::make_unique<PlaneEngine>(*std::move(bins), std::move(tables), MakeWalkEngine(model),
                                       engine);
}

}  // namespace fairline
