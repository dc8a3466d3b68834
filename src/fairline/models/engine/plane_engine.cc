#include "fairline/models/engine/plane_engine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "fairline/models/engine/leaf_order.h"
#include "fairline/models/engine/mask_engine.h"
#include "fairline/models/engine/plane_code.h"

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

void PlaneTables::Add(const Tree& tree, std::span<const BinTest> own) {
  auto [leaves, lost, _] = OrderLeaves(tree, FirstChild::kLeft);
  PlaneTree made{.planes = static_cast<uint32_t>((leaves.size() + 7) / kLeavesPerPlane)};
  for (size_t plane = 0; plane < made.planes; ++plane) {
    for (size_t i = 0; i < own.size(); ++i) {
      const uint32_t gone = lost[i].Bits(plane * kLeavesPerPlane, kLeavesPerPlane);
      if (gone == 0) continue;
      tests.push_back({static_cast<uint16_t>(own[i].slot), static_cast<uint8_t>(own[i].limit),
                       static_cast<uint8_t>(~gone)});
      ++made.tests[plane];
    }
  }
  leaves.resize(made.planes * kLeavesPerPlane);
  values.insert(values.end(), leaves.begin(), leaves.end());
  trees.push_back(made);
}

class PlaneEngine : public ScoreEngine {
 public:
  PlaneEngine(std::shared_ptr<const FeatureBins> bins, PlaneTables tables,
              std::unique_ptr<const ScoreEngine> rows, Engine engine)
      : bins_(std::move(bins)),
        tables_(std::move(tables)),
        rows_(std::move(rows)),
        engine_(engine) {}

  std::string_view what() const override {
    return engine_ == Engine::kAvx512 ? "bit planes, avx512" : "bit planes, avx2";
  }

  double RawScore(std::span<const double> row) const override { return rows_->RawScore(row); }

  void RawScores(const FeatureColumns& rows, std::span<double> scores) const override {
    thread_local std::vector<SlotLine> slots;
    // One at least: the kernel gets a pointer, also for trees that ask nothing.
    slots.resize(std::max({slots.size(), bins_->slots(), size_t{1}}));
    const PlaneCode code{tables_.trees.data(), tables_.trees.size(), tables_.tests.data(),
                         tables_.values.data()};
    for (size_t first = 0; first < scores.size(); first += kPlaneRows) {
      const size_t count = std::min(kPlaneRows, scores.size() - first);
      alignas(64) double sums[kPlaneRows] = {};
      bins_->FillBlock(rows, first, count, kPlaneRows, 1, slots.data()->rows);
      KernelOf(engine_)(code, slots.data()->rows, bins_->slots(), sums);
      std::copy_n(sums, count, scores.begin() + static_cast<ptrdiff_t>(first));
    }
  }

 private:
  const std::shared_ptr<const FeatureBins> bins_;
  const PlaneTables tables_;
  const std::unique_ptr<const ScoreEngine> rows_;
  const Engine engine_;
};

}  // namespace

std::unique_ptr<const ScoreEngine> MakePlaneEngine(const TreeEnsemble& model, Engine engine,
                                                   std::shared_ptr<const FeatureBins> bins,
                                                   std::span<const BinTest> tests,
                                                   std::unique_ptr<const ScoreEngine>& rows) {
  const bool small = std::ranges::all_of(model.trees, [](const Tree& tree) {
    return tree.leaf_values.size() <= kMostPlanes * kLeavesPerPlane;
  });
  if (!small || !bins->fits_byte() || bins->slots() > std::numeric_limits<uint16_t>::max()) {
    return nullptr;
  }
  PlaneTables tables;
  for (const Tree& tree : model.trees) {
    tables.Add(tree, tests.first(tree.nodes.size()));
    tests = tests.subspan(tree.nodes.size());
  }
  return std::make_unique<PlaneEngine>(std::move(bins), std::move(tables), std::move(rows), engine);
}

}  // namespace fairline
