#include "fairline/training/lightgbm_learner.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "fairline/training/lightgbm.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

/// The rows for which `is_picked(row)`, in matrix order, as a LightGBM data set.
template <typename IsPicked>
Result<LightGbmDataset> DatasetOf(const EncodedMatrix& matrix, std::span<const double> outcomes,
                                  const ClassWeights& weights, const std::string& parameters,
                                  const LightGbmDataset* reference, IsPicked is_picked) {
  std::vector<size_t> rows;
  for (size_t row = 0; row < matrix.rows; ++row) {
    if (is_picked(row)) rows.push_back(row);
  }
  std::vector<double> values, picked_outcomes, row_weights;
  values.reserve(rows.size() * matrix.columns());
  for (size_t row : rows) {
    const std::span<const double> inputs = matrix.Row(row);
    values.insert(values.end(), inputs.begin(), inputs.end());
    picked_outcomes.push_back(outcomes[row]);
    row_weights.push_back(outcomes[row] == 1 ? weights.of_default : weights.of_other);
  }
  return LightGbmDataset::Create({values, matrix.names, picked_outcomes, row_weights}, parameters,
                                 reference);
}

/// The weights of a training on all rows but those of a fold (-1: on all).
ClassWeights WeightsFor(const TrainingConfig& config, std::span<const double> outcomes,
                        std::span<const int> folds, int fold) {
  if (!config.balanced) return {};
  std::vector<double> trained_on;
  for (size_t row = 0; row < outcomes.size(); ++row) {
    if (fold < 0 || folds[row] != fold) trained_on.push_back(outcomes[row]);
  }
  return BalancedWeights(trained_on);
}

/// LightGBM's threads wait for each other by spinning: on a small table, or beside other work, they
/// cost more than they bring. Without a configured number a thread gets at least this many values.
constexpr size_t kValuesPerThread = 5'000'000;

int ThreadsFor(const EncodedMatrix& matrix, const TrainingConfig& config, int available) {
  if (config.lightgbm.num_threads > 0) return available;
  const size_t worth_it = 1 + matrix.values.size() / kValuesPerThread;
  return static_cast<int>(std::min<size_t>(worth_it, static_cast<size_t>(available)));
}

int AvailableThreads(const TrainingConfig& config) {
  return config.lightgbm.num_threads > 0 ? config.lightgbm.num_threads : CoreCount();
}

/// Small tables get smaller leaves: a leaf holds at least a hundredth of the rows, and 60 suffice.
int64_t LeafRows(size_t rows) {
  return std::clamp<int64_t>(static_cast<int64_t>(rows) / 100, 5, 60);
}

/// Columns a tree may split on: of many, most are near copies of others and few at a time do
/// better.
std::string_view FeatureFraction(size_t columns) { return columns < 50 ? "0.6" : "0.3"; }

LightGbmParameters WithTableDefaults(LightGbmParameters parameters, const EncodedMatrix& matrix) {
  if (parameters.Find("min_data_in_leaf") == nullptr) {
    parameters.Set("min_data_in_leaf", fmt::format("{}", LeafRows(matrix.rows)));
  }
  if (parameters.Find("feature_fraction") == nullptr) {
    parameters.Set("feature_fraction", std::string(FeatureFraction(matrix.columns())));
  }
  return parameters;
}

/// Boosts until the validation log-loss has not improved for the configured rounds; gives the
/// best round, 0 when not even the first tree could be split.
Result<int> BoostWithEarlyStopping(LightGbmBooster& booster, const TrainingConfig& config,
                                   const Progress& progress) {
  double best = std::numeric_limits<double>::infinity();
  int best_round = 0;
  for (int round = 1; round <= config.lightgbm.max_rounds; ++round) {
    FAIRLINE_TRY(progress.CheckCancelled());
    if (!FAIRLINE_TRY(booster.Boost())) break;
    const double loss = FAIRLINE_TRY(booster.ValidationMetric());
    if (loss < best) {
      best = loss;
      best_round = round;
    }
    if (round - best_round >= config.early_stopping_rounds) break;
    progress.Report("rounds", static_cast<double>(round) / config.lightgbm.max_rounds);
  }
  progress.Report("rounds", 1);
  return best_round;
}

Error NoSplit() {
  return {.code = ErrorCode::kFailedPrecondition,
          .message =
              "LightGBM found nothing to split on: the data have too few rows, or no column "
              "that varies (see min_data_in_leaf in docs/guides/train.md)"};
}

class LightGbmLearner : public Learner {
 public:
  explicit LightGbmLearner(const TrainingConfig& config) : config_(config) {}

  int FoldsAtOnce(int folds) const override { return std::min(AvailableThreads(config_), folds); }

  Result<FoldModel> FitFold(const LearningTask& task, int fold,
                            const Progress& progress) const override {
    const auto is_held_out = [&](size_t row) { return task.folds[row] == fold; };
    const int threads = AvailableThreads(config_) / FoldsAtOnce(config_.folds);
    const std::string parameters = Parameters(task.matrix, threads);
    FoldModel model{.weights = WeightsFor(config_, task.outcomes, task.folds, fold)};
    const LightGbmDataset data = FAIRLINE_TRY(DatasetOf(
        task.matrix, task.outcomes, model.weights, parameters, nullptr, std::not_fn(is_held_out)));
    const LightGbmDataset validation = FAIRLINE_TRY(
        DatasetOf(task.matrix, task.outcomes, model.weights, parameters, &data, is_held_out));
    LightGbmBooster booster = FAIRLINE_TRY(LightGbmBooster::Create(data, parameters));
    FAIRLINE_TRY(booster.AddValidation(validation));
    model.best_round = FAIRLINE_TRY(BoostWithEarlyStopping(booster, config_, progress));
    if (model.best_round == 0) return std::unexpected(NoSplit());
    model.model_text = FAIRLINE_TRY(booster.ModelText(model.best_round));
    return model;
  }

  Result<std::string> FitAll(const LearningTask& task, std::span<const FoldModel> folds,
                             const Progress& progress) const override {
    const int rounds = MeanBestRound(folds);
    const std::string parameters = Parameters(task.matrix, AvailableThreads(config_));
    const ClassWeights of_class = WeightsFor(config_, task.outcomes, task.folds, -1);
    std::vector<double> weights;
    for (double outcome : task.outcomes) {
      weights.push_back(outcome == 1 ? of_class.of_default : of_class.of_other);
    }
    const LightGbmDataset data = FAIRLINE_TRY(LightGbmDataset::Create(
        {task.matrix.values, task.matrix.names, task.outcomes, weights}, parameters, nullptr));
    LightGbmBooster booster = FAIRLINE_TRY(LightGbmBooster::Create(data, parameters));
    for (int round = 1; round <= rounds; ++round) {
      FAIRLINE_TRY(progress.CheckCancelled());
      if (!FAIRLINE_TRY(booster.Boost())) {
        if (round == 1) return std::unexpected(NoSplit());
        break;
      }
      progress.Report("final model", static_cast<double>(round) / rounds);
    }
    return booster.ModelText(rounds);
  }

  Json Lineage(const EncodedMatrix& matrix, std::span<const FoldModel> folds) const override {
    Json json;
    json["lightgbm_version"] = kLightGbmVersion;
    json["parameters"] = TreeParameters(config_, matrix);
    json["rounds"] = MeanBestRound(folds);
    json["early_stopping_rounds"] = config_.early_stopping_rounds;
    json["class_weight"] = config_.balanced ? "balanced" : "none";
    return json;
  }

 private:
  std::string Parameters(const EncodedMatrix& matrix, int threads) const {
    return fmt::format("{} num_threads={}", TreeParameters(config_, matrix),
                       ThreadsFor(matrix, config_, threads));
  }

  const TrainingConfig& config_;
};

}  // namespace

ClassWeights BalancedWeights(std::span<const double> outcomes) {
  const double n = static_cast<double>(outcomes.size());
  const double defaults = static_cast<double>(std::ranges::count(outcomes, 1.0));
  return {n / (2 * defaults), n / (2 * (n - defaults))};
}

std::string TreeParameters(const TrainingConfig& config, const EncodedMatrix& matrix) {
  std::string text = fmt::format(
      "objective=binary metric=binary_logloss seed={} deterministic=true force_row_wise=true "
      "verbosity=-1",
      config.seed);
  for (const auto& [name, value] : WithTableDefaults(config.lightgbm, matrix).values) {
    text += fmt::format(" {}={}", name, value);
  }
  if (!matrix.categorical.empty()) {
    text += fmt::format(" categorical_feature={}", fmt::join(matrix.categorical, ","));
  }
  if (!matrix.monotone.empty()) {
    // The other methods do not keep the constraints (docs/internals/monotonicity.md).
    text += fmt::format(" monotone_constraints={} monotone_constraints_method=basic",
                        fmt::join(matrix.monotone, ","));
  }
  return text;
}

int MeanBestRound(std::span<const FoldModel> folds) {
  double sum = 0;
  for (const FoldModel& fold : folds) sum += fold.best_round;
  return std::max(1, static_cast<int>(std::lround(sum / static_cast<double>(folds.size()))));
}

std::unique_ptr<const Learner> MakeLightGbmLearner(const TrainingConfig& config) {
  return std::make_unique<LightGbmLearner>(config);
}

}  // namespace fairline
