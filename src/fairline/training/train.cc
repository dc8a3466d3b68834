// The steps of a training, in order; each is a file of this folder.
#include "fairline/training/train.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/explain/reason_groups.h"
#include "fairline/features/training_signature.h"
#include "fairline/models/lightgbm_text.h"
#include "fairline/training/decision_parts.h"
#include "fairline/training/lightgbm.h"

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
  FeaturePlan plan = FAIRLINE_TRY(
      config.encoded ? FeaturePlan::Identity(signature)
                     : FeaturePlan::Compile(signature, config.features, config.categorical));
  if (plan.size() == 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "the data have no column to learn from: all are target, id, protected or ignored");
  }
  return plan;
}

Json ModelReport(const TrainedModel& trained, const std::string& parameters) {
  const ModelBundle& bundle = trained.bundle;
  Json json;
  json["kind"] = "lightgbm";
  json["trees"] = bundle.model.trees.size();
  json["features"] = bundle.plan.size();
  json["parameters"] = parameters;
  Json& rounds = json["best_rounds"] = Json::MakeArray();
  for (const FoldModel& fold : trained.cross_validation.folds) rounds.Append(fold.best_round);
  Json& left_out = json["left_out"] = Json::MakeArray();
  for (const LeftOut& definition : bundle.plan.left_out()) {
    Json item;
    item["name"] = definition.name;
    item["reason"] = definition.reason;
    left_out.Append(std::move(item));
  }
  return json;
}

Json LineageOf(const TrainingConfig& config, const TrainedModel& trained, const std::string& target,
               const std::string& parameters) {
  Json json;
  json["name"] = config.name;
  json["origin"] = "trained";
  json["lightgbm_version"] = kLightGbmVersion;
  json["parameters"] = parameters;
  json["rounds"] = trained.cross_validation.mean_best_round;
  json["seed"] = static_cast<int64_t>(config.seed);
  json["folds"] = config.folds;
  json["early_stopping_rounds"] = config.early_stopping_rounds;
  json["class_weight"] = config.balanced ? "balanced" : "none";
  json["target"] = target;
  json["rows"] = trained.outcomes.size();
  json["data_sha256"] = *trained.bundle.report.Find("data")->Find("fingerprint_sha256");
  return json;
}

Status TrainModels(const TrainingConfig& config, const Progress& progress, TrainedModel& trained) {
  trained.cross_validation = FAIRLINE_TRY(
      CrossValidate(trained.matrix, trained.outcomes, trained.folds, config, progress));
  trained.bundle.model_text =
      FAIRLINE_TRY(TrainOnAll(trained.matrix, trained.outcomes,
                              trained.cross_validation.mean_best_round, config, progress));
  trained.bundle.model = FAIRLINE_TRY(ParseLightGbmModel(trained.bundle.model_text));
  return {};
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
  FAIRLINE_TRY(TrainModels(config, progress, trained));

  const DecisionTask task{
      .table = table,
      .matrix = trained.matrix,
      .outcomes = trained.outcomes,
      .folds = trained.folds,
      .raw_scores = trained.cross_validation.raw_scores,
      .shift = config.balanced ? ShiftSource::kClassWeights : ShiftSource::kNoWeights,
      .config = config};
  trained.probabilities = FAIRLINE_TRY(FitDecisionParts(task, bundle, progress));
  const std::string parameters = TreeParameters(config, trained.matrix);
  bundle.report["model"] = ModelReport(trained, parameters);
  if (!monotone.empty()) {
    bundle.report["monotonicity"] = FAIRLINE_TRY(MonotonicityReport(bundle, monotone));
  }
  bundle.lineage = LineageOf(config, trained, target, parameters);
  FAIRLINE_TRY(bundle.Validate());
  return trained;
}

}  // namespace fairline
