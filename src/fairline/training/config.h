// `train.yaml`: what to train and how (docs/guides/train.md). Everything has a default; a table
// with a 0/1 column TARGET trains without any configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/features/field_options.h"
#include "fairline/features/plan.h"
#include "fairline/models/bundle.h"
#include "fairline/training/algorithm.h"
#include "fairline/training/lightgbm_parameters.h"
#include "fairline/training/monotone.h"

namespace fairline {

enum class ThresholdRule { kCostMatrix, kFBeta, kFixed };

struct TrainingConfig {
  std::string name = "credit-risk";  // of the model
  std::vector<FieldOptions> fields;
  bool use_protected = false;
  bool allow_post_decision = false;  // to repeat published figures: the model knows the outcome
  bool encoded = false;              // the table is model inputs already: identity plan
  FeatureSet features = DomainDefinitions();
  std::string features_file;  // `features: some.yaml`, to be read by the caller: UseFeatures
  CategoricalHandling categorical = CategoricalHandling::kOrdinal;

  uint64_t seed = 1;
  int folds = 5;
  Algorithm algorithm = Algorithm::kLightGbm;
  std::vector<MonotoneConstraint> monotone;  // kept by LightGBM and scorecards
  int early_stopping_rounds = 50;            // LightGBM
  bool balanced = true;  // LightGBM: class_weight, both classes weigh the same in training
  LightGbmParameters lightgbm = DefaultLightGbmParameters();
  EasyEnsembleOptions easy_ensemble;
  BalancedForestOptions balanced_random_forest;
  ScorecardOptions scorecard;

  bool calibrate = true;                         // false: no PD, decisions on the model score
  std::optional<CalibrationMethod> calibration;  // absent: the best of the three
  CostMatrix costs;
  ThresholdRule threshold = ThresholdRule::kCostMatrix;
  double fixed_threshold = 0;  // kFixed
  ScoreScale score_scale;
  std::optional<std::vector<ReasonGroup>> reason_groups;  // absent: the domain's groups
};

/// The YAML of a configuration. `source` names the file in messages: each fault comes with its
/// line.
Result<TrainingConfig> ParseTrainingConfig(std::string_view yaml, std::string_view source);

/// Completes a configuration whose `features` named a file, with that file's text.
Status UseFeatures(std::string_view yaml, TrainingConfig& config);

}  // namespace fairline
