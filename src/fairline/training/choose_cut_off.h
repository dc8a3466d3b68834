// The cut-off and what it does, beside the cut-offs one might have chosen instead.
#pragma once

#include <span>

#include "fairline/core/json.h"
#include "fairline/models/bundle.h"
#include "fairline/training/config.h"

namespace fairline {

/// The guides' F-beta: sqrt(10) rounded, meant to stand for costs of 10 to 1.
inline constexpr double kFBeta = 3.2;

struct CutOffTask {
  std::span<const double> probabilities;  // of scores the model did not train on
  std::span<const double> outcomes;
  ProbabilityKind kind = ProbabilityKind::kPd;
  CostMatrix costs;
  ThresholdRule rule = ThresholdRule::kCostMatrix;
  double fixed_threshold = 0;
};

/// By costs: C_fp/(C_fp + C_fn) where the probabilities are PDs; where they are the model's own
/// scores, which are not probabilities, the cheapest threshold on the rows. The result has no model
/// yet (CutOff::model_sha256).
CutOff ChooseCutOff(const CutOffTask& task);

/// What the chosen cut-off and the alternatives do on the rows, and a sentence how they differ:
/// the `cut_off` part of the report (docs/guides/train.md).
Json CutOffReport(const CutOffTask& task, const CutOff& chosen);

}  // namespace fairline
