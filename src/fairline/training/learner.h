// What a training learns by. Cross-validation, calibration, cut-off and report are the same for all
// of them.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/training/config.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

/// Weight of one row of each class.
struct ClassWeights {
  double of_default = 1;
  double of_other = 1;
};

struct LearningTask {
  const EncodedMatrix& matrix;
  std::span<const double> outcomes;  // one per row
  std::span<const int> folds;        // of each row, from 0
};

/// A model that has not seen its fold.
struct FoldModel {
  std::string model_text;
  int best_round = 0;    // LightGBM: how many trees did best on the fold, and are kept
  ClassWeights weights;  // LightGBM: of its training
};

class Learner {
 public:
  virtual ~Learner() = default;
  /// How many folds to train beside each other; one that uses all threads itself says 1.
  virtual int FoldsAtOnce(int folds) const = 0;
  /// Trains on the rows of all folds but `fold`. `progress` is told of this fold only; it may be
  /// called beside others. The same model for any number of threads.
  virtual Result<FoldModel> FitFold(const LearningTask& task, int fold,
                                    const Progress& progress) const = 0;
  /// Trains on all rows; gives the model file.
  virtual Result<std::string> FitAll(const LearningTask& task, std::span<const FoldModel> folds,
                                     const Progress& progress) const = 0;
  /// What to note of it in the lineage: library and parameters.
  virtual Json Lineage(const EncodedMatrix& matrix, std::span<const FoldModel> folds) const = 0;
};

/// The one that the configuration asks for; it must outlive the learner.
std::unique_ptr<const Learner> MakeLearner(const TrainingConfig& config);

}  // namespace fairline
