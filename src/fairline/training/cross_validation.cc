#include "fairline/training/cross_validation.h"

#include <mutex>

#include "fairline/models/engine/scorer.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

/// The mean of the folds' fractions, told one call at a time.
class FoldProgress {
 public:
  FoldProgress(size_t folds, const Progress& progress) : fractions_(folds), progress_(progress) {}

  Progress Of(size_t fold) {
    return {.report = [this, fold](std::string_view, double done) { Tell(fold, done); },
            .cancel = progress_.cancel};
  }

 private:
  void Tell(size_t fold, double fraction) {
    const std::lock_guard lock(mutex_);
    fractions_[fold] = fraction;
    double sum = 0;
    for (double each : fractions_) sum += each;
    progress_.Report("cross-validation", sum / static_cast<double>(fractions_.size()));
  }

  std::mutex mutex_;
  std::vector<double> fractions_;
  const Progress& progress_;
};

Status ScoreHeldOut(const LearningTask& task, int fold, const std::string& model_text,
                    std::vector<ModelOutput>& outputs) {
  const auto scorer = CompileScorer(FAIRLINE_TRY(ParseModel(model_text)));
  for (size_t row = 0; row < task.matrix.rows; ++row) {
    if (task.folds[row] == fold) outputs[row] = scorer->Score(task.matrix.Row(row));
  }
  return {};
}

}  // namespace

Result<CrossValidation> CrossValidate(const Learner& learner, const LearningTask& task,
                                      int fold_count, const Progress& progress) {
  const auto count = static_cast<size_t>(fold_count);
  CrossValidation result{.folds = std::vector<FoldModel>(count),
                         .outputs = std::vector<ModelOutput>(task.matrix.rows)};
  FoldProgress told(count, progress);
  FAIRLINE_TRY(ParallelFor(count, learner.FoldsAtOnce(fold_count), [&](size_t fold) -> Status {
    const int id = static_cast<int>(fold);
    result.folds[fold] = FAIRLINE_TRY(learner.FitFold(task, id, told.Of(fold)));
    return ScoreHeldOut(task, id, result.folds[fold].model_text, result.outputs);
  }));
  return result;
}

}  // namespace fairline
