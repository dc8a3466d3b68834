// An import goes through the same fits as a training; only the scores come from elsewhere.
#include "fairline/training/fit_decision.h"

#include <fmt/format.h>

#include "fairline/explain/reason_groups.h"
#include "fairline/models/engine/scorer.h"
#include "fairline/training/decision_parts.h"

namespace fairline {

Result<Json> FitDecision(ModelBundle& bundle, const Table& data, std::string_view target,
                         const CostMatrix& costs, uint64_t seed, const Progress& progress) {
  TrainingConfig config;
  config.costs = costs;
  config.seed = seed;
  const std::vector<double> outcomes = FAIRLINE_TRY(OutcomesOf(data, target));
  const std::vector<int> folds = FAIRLINE_TRY(FoldsFor(outcomes, config.folds, seed));
  const EncodedMatrix matrix = FAIRLINE_TRY(Encode(bundle.plan, data));
  const auto scorer = CompileScorer(bundle.model);
  std::vector<ModelOutput> outputs;
  for (size_t row = 0; row < matrix.rows; ++row) outputs.push_back(scorer->Score(matrix.Row(row)));
  if (bundle.reason_groups.empty()) {
    bundle.reason_groups = CompleteGroups(DomainReasonGroups(), FeatureNames(bundle.plan));
  }
  const DecisionTask task{.table = data,
                          .matrix = matrix,
                          .outcomes = outcomes,
                          .folds = folds,
                          .outputs = outputs,
                          .shift = ShiftSource::kFitted,
                          .config = config};
  FAIRLINE_TRY(FitDecisionParts(task, bundle, progress));
  Json& model = bundle.report["model"] = DescribeModel(bundle.model);
  model["features"] = bundle.plan.size();
  bundle.report["note"] = fmt::format(
      "The model was imported; calibration, cut-off and reference values were fitted on {} rows "
      "with outcomes in {}. If the model was trained on any of them, it looks better here than it "
      "is.",
      matrix.rows, target);
  FAIRLINE_TRY(bundle.Validate());
  return bundle.report;
}

}  // namespace fairline
