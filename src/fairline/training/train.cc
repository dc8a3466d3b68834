// The steps of a training, in order; each is a file of this folder.
#include "fairline/training/train.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "fairline/explain/reason_groups.h"
#include "fairline/features/training_signature.h"
#include "fairline/training/decision_parts.h"

namespace fairline {
namespace {

/// Columns known by their name, as long as the configuration declares no role for them and no other
/// column of that role.
struct CustomaryName {
  std::string_view name;
  FieldRole role;
};
constexpr CustomaryName kCustomaryNames[] = {
    {"TARGET", FieldRole::kTarget}, {"target", FieldRole::kTarget},
    {"SK_ID_CURR", FieldRole::kId}, {"application_id", FieldRole::kId},
    {"ID", FieldRole::kId},         {"id", FieldRole::kId}};

/// The declarations of the configuration, completed by customary names.
std::vector<FieldOptions> DeclaredFields(const Table& table, const TrainingConfig& config) {
  std::vector<FieldOptions> fields = config.fields;
  for (const auto& [name, role] : kCustomaryNames) {
    const bool is_settled =
        OptionsFor(name, fields).role.has_value() ||
        std::ranges::any_of(fields, [&](const FieldOptions& field) { return field.role == role; });
    if (is_settled || table.Find(name) < 0) continue;
    FieldOptions& added = fields.emplace_back();
    added.name = name;
    added.role = role;
  }
  return fields;
}

Result<FeaturePlan> PlanOf(const Table& table, const std::vector<FieldOptions>& fields,
                           const TrainingConfig& config) {
  const Signature signature = FAIRLINE_TRY(InferSignature(table, fields, config.use_protected));
  const PostDecision late =
      config.allow_post_decision ? PostDecision::kAllowed : PostDecision::kRefused;
  FeaturePlan plan = FAIRLINE_TRY(
      config.encoded ? FeaturePlan::Identity(signature, late)
                     : FeaturePlan::Compile(signature, config.features, config.categorical, late));
  if (plan.size() == 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "the data have no column to learn from: all are target, id, protected or ignored");
  }
  return plan;
}

Json ModelReport(const TrainedModel& trained, Algorithm algorithm) {
  const ModelBundle& bundle = trained.bundle;
  Json json = DescribeModel(bundle.model);
  json["kind"] = AlgorithmName(algorithm);
  json["features"] = bundle.plan.size();
  json["parameters"] = *bundle.lineage.Find("parameters");
  if (algorithm == Algorithm::kLightGbm) {
    Json& rounds = json["best_rounds"] = Json::MakeArray();
    for (const FoldModel& fold : trained.cross_validation.folds) rounds.Append(fold.best_round);
  }
  Json& left_out = json["left_out"] = Json::MakeArray();
  for (const LeftOut& definition : bundle.plan.left_out()) {
    Json item;
    item["name"] = definition.name;
    item["reason"] = definition.reason;
    left_out.Append(std::move(item));
  }
  return json;
}

Json LineageOf(const TrainingConfig& config, const Learner& learner, const TrainedModel& trained,
               const std::string& target) {
  Json json;
  json["name"] = config.name;
  json["origin"] = "trained";
  json["algorithm"] = AlgorithmName(config.algorithm);
  const Json of_learner = learner.Lineage(trained.matrix, trained.cross_validation.folds);
  for (const auto& [key, value] : of_learner.object()) json[key] = value;
  json["seed"] = static_cast<int64_t>(config.seed);
  json["folds"] = config.folds;
  json["target"] = target;
  json["rows"] = trained.outcomes.size();
  json["data_sha256"] = *trained.bundle.report.Find("data")->Find("fingerprint_sha256");
  return json;
}

Status TrainModels(const Learner& learner, int folds, const Progress& progress,
                   TrainedModel& trained) {
  const LearningTask task{trained.matrix, trained.outcomes, trained.folds};
  trained.cross_validation = FAIRLINE_TRY(CrossValidate(learner, task, folds, progress));
  ModelBundle& bundle = trained.bundle;
  bundle.model_text = FAIRLINE_TRY(learner.FitAll(task, trained.cross_validation.folds, progress));
  bundle.model = FAIRLINE_TRY(ParseModel(bundle.model_text));
  return {};
}

void WarnOfPostDecision(ModelBundle& bundle) {
  const auto& late = bundle.plan.post_decision();
  if (late.empty()) return;
  bundle.report["warnings"].Append(fmt::format(
      "The model learned from what is known only after the decision: {}. No figure here says what "
      "it would do at application time, and it cannot be registered.",
      fmt::join(late, ", ")));
}

/// What the odds of the model's score are off by: samples with as many of either class, and weights
/// that make them weigh the same, move them alike.
ShiftSource ShiftOf(const TrainingConfig& config) {
  const bool as_it_is = config.algorithm == Algorithm::kScorecard ||
                        (config.algorithm == Algorithm::kLightGbm && !config.balanced);
  return as_it_is ? ShiftSource::kNoWeights : ShiftSource::kClassWeights;
}

}  // namespace

Result<FeaturePlan> TrainingPlan(const Table& table, const TrainingConfig& config) {
  return PlanOf(table, DeclaredFields(table, config), config);
}

Result<TrainedModel> Train(const Table& table, const TrainingConfig& config,
                           const Progress& progress) {
  if (!config.features_file.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the feature definitions of {} were not read", config.features_file));
  }
  const std::vector<FieldOptions> fields = DeclaredFields(table, config);
  const std::string target = FAIRLINE_TRY(TargetColumn(table, fields));
  TrainedModel trained;
  trained.outcomes = FAIRLINE_TRY(OutcomesOf(table, target));
  trained.folds = FAIRLINE_TRY(FoldsFor(trained.outcomes, config.folds, config.seed));
  ModelBundle& bundle = trained.bundle;
  bundle.plan = FAIRLINE_TRY(PlanOf(table, fields, config));
  bundle.score_scale = config.score_scale;
  bundle.reason_groups = CompleteGroups(config.reason_groups.value_or(DomainReasonGroups()),
                                        FeatureNames(bundle.plan));
  const std::vector<int> monotone = FAIRLINE_TRY(MonotoneColumns(config.monotone, bundle.plan));
  trained.matrix = FAIRLINE_TRY(Encode(bundle.plan, table));
  trained.matrix.monotone = monotone;
  const auto learner = MakeLearner(config);
  FAIRLINE_TRY(TrainModels(*learner, config.folds, progress, trained));

  const DecisionTask task{.table = table,
                          .matrix = trained.matrix,
                          .outcomes = trained.outcomes,
                          .folds = trained.folds,
                          .outputs = trained.cross_validation.outputs,
                          .shift = ShiftOf(config),
                          .config = config};
  trained.probabilities = FAIRLINE_TRY(FitDecisionParts(task, bundle, progress));
  WarnOfPostDecision(bundle);
  bundle.lineage = LineageOf(config, *learner, trained, target);
  bundle.report["model"] = ModelReport(trained, config.algorithm);
  if (!monotone.empty()) {
    bundle.report["monotonicity"] = FAIRLINE_TRY(MonotonicityReport(bundle, monotone));
  }
  FAIRLINE_TRY(bundle.Validate());
  return trained;
}

}  // namespace fairline
