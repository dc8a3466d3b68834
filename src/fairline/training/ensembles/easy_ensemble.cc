#include "fairline/training/ensembles/easy_ensemble.h"

#include <algorithm>
#include <mutex>

#include "fairline/training/parallel.h"

namespace fairline {
namespace {

Status CheckOptions(const EasyEnsembleOptions& options) {
  if (options.bags < 1 || options.stumps < 1) {
    return Fail(ErrorCode::kInvalidArgument, "an EasyEnsemble needs at least 1 bag and 1 stump");
  }
  if (!(options.learning_rate > 0 && options.learning_rate < 1e6)) {
    return Fail(ErrorCode::kInvalidArgument, "the learning rate must be above 0");
  }
  return {};
}

}  // namespace

Result<EasyEnsemble> TrainEasyEnsemble(const EncodedMatrix& matrix,
                                       std::span<const double> outcomes,
                                       const EasyEnsembleOptions& options,
                                       const Progress& progress) {
  FAIRLINE_TRY(CheckOptions(options));
  const RowsByClass rows = FAIRLINE_TRY(ByClass(matrix, outcomes));
  const BinnedColumns columns = FAIRLINE_TRY(BinColumns(matrix, options.threads));
  FAIRLINE_TRY(CheckSplittable(columns));
  const AdaBoostOptions boost{options.stumps, options.boosting, options.learning_rate,
                              options.grower};
  const auto bags = static_cast<size_t>(options.bags);
  EasyEnsemble made{{matrix.names, std::vector<StumpBag>(bags)}, std::vector<RowsByClass>(bags)};
  std::mutex reporting;
  size_t done = 0;
  FAIRLINE_TRY(ParallelFor(bags, options.threads, [&](size_t index) -> Status {
    Random random = RandomOfMember(options.seed, index);
    made.bag_rows[index] = Undersample(rows, options.replacement, random);
    Bag bag(matrix, columns, made.bag_rows[index]);
    made.model.bags[index] = FAIRLINE_TRY(TrainAdaBoost(bag, boost, progress));
    const std::lock_guard lock(reporting);
    progress.Report("bags", static_cast<double>(++done) / static_cast<double>(bags));
    return {};
  }));
  return made;
}

}  // namespace fairline
