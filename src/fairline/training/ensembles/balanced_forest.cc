#include "fairline/training/ensembles/balanced_forest.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "fairline/training/ensembles/tree_grower.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

Status CheckOptions(const BalancedForestOptions& options) {
  if (options.trees >= 1 && options.columns >= 0 && options.min_leaf >= 1) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "a forest needs at least 1 tree, and leaves of at least 1 row");
}

TreeSample SampleOf(const RowsByClass& rows, const BalancedForestOptions& options, Random& random) {
  const size_t fewest = std::min(rows[0].size(), rows[1].size());
  TreeSample sample{rows};
  for (size_t outcome : {0, 1}) {
    if (options.resample_rarer_class || rows[outcome].size() != fewest) {
      sample.rows[outcome] = Draw(rows[outcome], fewest, options.replacement, random);
    }
    sample.times[outcome].assign(fewest, !options.bootstrap);
  }
  for (size_t i = 0; options.bootstrap && i < 2 * fewest; ++i) {
    const size_t drawn = random.Below(2 * fewest);
    ++sample.times[drawn >= fewest][drawn % fewest];
  }
  return sample;
}

// A row that was drawn several times is looked at once. Drawn rows are in order.
std::vector<SampledRow> Merge(const TreeSample& sample) {
  std::vector<SampledRow> merged;
  for (size_t outcome : {0, 1}) {
    for (size_t i = 0; i < sample.rows[outcome].size(); ++i) {
      const uint32_t row = sample.rows[outcome][i], times = sample.times[outcome][i];
      if (times == 0) continue;
      if (merged.empty() || merged.back().row != row) merged.push_back({row, outcome == 1});
      merged.back().weight += times;
      ++merged.back().count;
    }
  }
  return merged;
}

}  // namespace

Result<BalancedForest> TrainBalancedForest(const EncodedMatrix& matrix,
                                           std::span<const double> outcomes,
                                           const BalancedForestOptions& options,
                                           const Progress& progress) {
  FAIRLINE_TRY(CheckOptions(options));
  const RowsByClass rows = FAIRLINE_TRY(ByClass(matrix, outcomes));
  const auto columns = FAIRLINE_TRY(RankColumns(matrix, options.threads));
  const auto root = static_cast<size_t>(std::sqrt(static_cast<double>(matrix.columns())));
  const TreeOptions tree_options{
      options.columns > 0 ? static_cast<size_t>(options.columns) : std::max<size_t>(1, root),
      static_cast<uint32_t>(options.min_leaf)};
  const auto trees = static_cast<size_t>(options.trees);
  BalancedForest made;
  made.model = {.feature_names = matrix.names,
                .trees = std::vector<Tree>(trees),
                .average = true,
                .probabilities = true};
  made.samples.resize(trees);
  std::mutex reporting;
  size_t done = 0;
  FAIRLINE_TRY(ParallelFor(trees, options.threads, [&](size_t index) -> Status {
    FAIRLINE_TRY(progress.CheckCancelled());
    Random random = RandomOfMember(options.seed, index);
    made.samples[index] = SampleOf(rows, options, random);
    TreeGrower grower(columns, tree_options);
    made.model.trees[index] = grower.Grow(Merge(made.samples[index]), random);
    const std::lock_guard lock(reporting);
    progress.Report("trees", static_cast<double>(++done) / static_cast<double>(trees));
    return {};
  }));
  return made;
}

}  // namespace fairline
