// Learners that need no early stopping: each fold and the final model are trained the same way.
#include "fairline/training/learner.h"

#include "fairline/models/lightgbm_text.h"
#include "fairline/training/lightgbm_learner.h"
#include "fairline/training/parallel.h"
#include "fairline/training/scorecard/shrink.h"

namespace fairline {
namespace {

/// What the algorithms below have of their own.
struct Method {
  Json parameters;
  Result<std::string> (*fit)(const TrainingConfig& config, const EncodedMatrix& matrix,
                             std::span<const double> outcomes, const Progress& progress);
};

class PlainLearner : public Learner {
 public:
  PlainLearner(const TrainingConfig& config, Method method)
      : config_(config), method_(std::move(method)) {}

  int FoldsAtOnce(int) const override { return 1; }

  Result<FoldModel> FitFold(const LearningTask& task, int fold,
                            const Progress& progress) const override {
    const LabelledRows rows = RowsBut(task.matrix, task.outcomes, task.folds, fold);
    return FoldModel{.model_text =
                         FAIRLINE_TRY(method_.fit(config_, rows.matrix, rows.outcomes, progress))};
  }

  Result<std::string> FitAll(const LearningTask& task, std::span<const FoldModel>,
                             const Progress& progress) const override {
    const Progress final_model{
        .report = [&](std::string_view, double done) { progress.Report("final model", done); },
        .cancel = progress.cancel};
    return method_.fit(config_, task.matrix, task.outcomes, final_model);
  }

  Json Lineage(const EncodedMatrix&, std::span<const FoldModel>) const override {
    Json json;
    json["parameters"] = method_.parameters;
    return json;
  }

 private:
  const TrainingConfig& config_;
  const Method method_;
};

Result<std::string> FitEasyEnsemble(const TrainingConfig& config, const EncodedMatrix& matrix,
                                    std::span<const double> outcomes, const Progress& progress) {
  EasyEnsembleOptions options = config.easy_ensemble;
  options.threads = CoreCount();
  return WriteStumpEnsemble(
      FAIRLINE_TRY(TrainEasyEnsemble(matrix, outcomes, options, progress)).model);
}

Result<std::string> FitBalancedForest(const TrainingConfig& config, const EncodedMatrix& matrix,
                                      std::span<const double> outcomes, const Progress& progress) {
  BalancedForestOptions options = config.balanced_random_forest;
  options.threads = CoreCount();
  return WriteLightGbmForest(
      FAIRLINE_TRY(TrainBalancedForest(matrix, outcomes, options, progress)).model);
}

Result<std::string> FitScorecard(const TrainingConfig& config, const EncodedMatrix& matrix,
                                 std::span<const double> outcomes, const Progress& progress) {
  ScorecardOptions options = config.scorecard;
  options.scale = config.score_scale;
  for (size_t i = 0; i < matrix.monotone.size(); ++i) {
    if (matrix.monotone[i] == 0) continue;
    options.trends[matrix.names[i]] =
        matrix.monotone[i] > 0 ? MonotoneTrend::kAscending : MonotoneTrend::kDescending;
  }
  return WriteScorecard(
      FAIRLINE_TRY(TrainShrunkenScorecard(matrix, outcomes, options, config.seed, progress)));
}

}  // namespace

std::unique_ptr<const Learner> MakeLearner(const TrainingConfig& config) {
  const auto plain = [&](Method method) {
    return std::make_unique<PlainLearner>(config, std::move(method));
  };
  switch (config.algorithm) {
    case Algorithm::kEasyEnsemble:
      return plain({ToJson(config.easy_ensemble), FitEasyEnsemble});
    case Algorithm::kBalancedRandomForest:
      return plain({ToJson(config.balanced_random_forest), FitBalancedForest});
    case Algorithm::kScorecard:
      return plain({ToJson(config.scorecard), FitScorecard});
    case Algorithm::kLightGbm:
      break;
  }
  return MakeLightGbmLearner(config);
}

}  // namespace fairline
