// What a bundle is; its files are bundle_files.cc's.
#include "fairline/models/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "fairline/core/hash.h"
#include "fairline/models/lightgbm_text.h"

namespace fairline {
namespace {

std::unexpected<Error> Invalid(std::string message) {
  return Fail(ErrorCode::kInvalidArgument, std::move(message));
}

Status CheckFeatures(const FeaturePlan& plan, const std::vector<std::string>& names) {
  const auto& features = plan.features();
  if (features.size() != names.size()) {
    return Invalid(fmt::format("the feature plan gives {} features, the model was trained on {}",
                               features.size(), names.size()));
  }
  for (size_t i = 0; i < features.size(); ++i) {
    if (LightGbmFeatureName(features[i].name) != LightGbmFeatureName(names[i])) {
      return Invalid(
          fmt::format("feature {} of the plan is \"{}\", the model was trained on \"{}\" there", i,
                      features[i].name, names[i]));
    }
  }
  return {};
}

Status CheckReasonGroups(const std::vector<ReasonGroup>& groups, const FeaturePlan& plan) {
  std::unordered_set<std::string_view> known, grouped, codes;
  for (const Feature& feature : plan.features()) known.insert(feature.name);
  for (const ReasonGroup& group : groups) {
    if (group.code.empty() || group.text.empty() || group.features.empty()) {
      return Invalid(
          fmt::format("reason group \"{}\" needs a code, a text and features", group.code));
    }
    if (!codes.insert(group.code).second) {
      return Invalid(fmt::format("two reason groups have the code \"{}\"", group.code));
    }
    for (const std::string& feature : group.features) {
      if (!known.contains(feature)) {
        return Invalid(
            fmt::format("reason group \"{}\" names \"{}\", which is no feature of the model",
                        group.code, feature));
      }
      if (!grouped.insert(feature).second) {
        return Invalid(fmt::format("feature \"{}\" is named twice in the reason groups", feature));
      }
    }
  }
  return {};
}

Status CheckReferences(const ReferenceValues& references, size_t features) {
  std::unordered_set<std::string_view> names;
  for (const auto& population : references.populations) {
    if (!names.insert(population.name).second) {
      return Invalid(fmt::format("two reference populations are called \"{}\"", population.name));
    }
    if (population.rows <= 0) {
      return Invalid(fmt::format("reference population \"{}\" has no rows", population.name));
    }
    if (population.mean.size() != features ||
        !std::ranges::all_of(population.mean, [](double mean) { return std::isfinite(mean); })) {
      return Invalid(fmt::format("reference population \"{}\" needs one finite mean per feature",
                                 population.name));
    }
  }
  return {};
}

bool IsCost(double cost) { return std::isfinite(cost) && cost > 0; }

Status CheckCutOff(const ModelBundle& bundle) {
  const CutOff& cut_off = *bundle.cut_off;
  if (!(cut_off.threshold > 0 && cut_off.threshold <= 1)) {
    return Invalid(fmt::format("the cut-off {} does not lie in (0, 1]", cut_off.threshold));
  }
  if (!IsCost(cut_off.costs.false_negative) || !IsCost(cut_off.costs.false_positive)) {
    return Invalid("the costs of the cut-off must be above 0");
  }
  if (cut_off.kind == ProbabilityKind::kPd && !bundle.calibrator) {
    return Invalid("the cut-off is a PD, but the bundle has no calibration");
  }
  if (cut_off.model_sha256 != Sha256Hex(bundle.model_text)) {
    return Fail(ErrorCode::kFailedPrecondition, "the threshold was derived for another model");
  }
  return {};
}

Status CheckScoreScale(const ScoreScale& scale, const Model& model) {
  if (!std::isfinite(scale.score) || !IsCost(scale.odds) || !IsCost(scale.pdo)) {
    return Invalid("the score scale needs a score, and odds and pdo above 0");
  }
  const auto* scorecard = std::get_if<Scorecard>(&model);
  if (scorecard == nullptr || scorecard->scale == scale) return {};
  return Invalid("the score scale is not the one that the scorecard's points were made with");
}

/// Features that a bare model takes as categories, in the order of a row.
std::vector<bool> CategoricalFeatures(const Model& model) {
  std::vector<bool> categorical(FeatureNames(model).size());
  if (const auto* trees = std::get_if<TreeEnsemble>(&model)) {
    for (const Tree& tree : trees->trees) {
      for (const TreeNode& node : tree.nodes) {
        if (node.categorical) categorical[node.feature] = true;
      }
    }
  } else if (const auto* scorecard = std::get_if<Scorecard>(&model)) {
    for (const Characteristic& each : scorecard->characteristics) {
      categorical[each.feature] = each.categorical;
    }
  }
  return categorical;
}

}  // namespace

std::string_view ProbabilityKindName(ProbabilityKind kind) {
  return kind == ProbabilityKind::kPd ? "pd" : "model_score";
}

const ReferenceValues::Population* ReferenceValues::Find(std::string_view name) const {
  const auto found = std::ranges::find(populations, name, &Population::name);
  return found == populations.end() ? nullptr : &*found;
}

Status ModelBundle::Validate() const {
  FAIRLINE_TRY(CheckFeatures(plan, FeatureNames(model)));
  if (calibrator) FAIRLINE_TRY(calibrator->Validate());
  if (cut_off) FAIRLINE_TRY(CheckCutOff(*this));
  FAIRLINE_TRY(CheckScoreScale(score_scale, model));
  FAIRLINE_TRY(CheckReasonGroups(reason_groups, plan));
  return CheckReferences(references, plan.size());
}

Result<ModelBundle> BundleOfBareModel(std::string model_text) {
  ModelBundle bundle;
  bundle.model = FAIRLINE_TRY(ParseModel(model_text));
  bundle.model_text = std::move(model_text);
  const std::vector<bool> categorical = CategoricalFeatures(bundle.model);
  std::vector<Field> fields(categorical.size());
  Json coded = Json::MakeArray();
  for (size_t i = 0; i < fields.size(); ++i) {
    fields[i].name = FeatureNames(bundle.model)[i];
    if (categorical[i]) coded.Append(fields[i].name);
  }
  bundle.plan = FAIRLINE_TRY(FeaturePlan::Identity(Signature(std::move(fields))));
  if (const auto* scorecard = std::get_if<Scorecard>(&bundle.model)) {
    bundle.score_scale = scorecard->scale;
  }
  bundle.lineage["origin"] = "imported";
  bundle.lineage["categories_given_as_numbers"] = std::move(coded);
  FAIRLINE_TRY(bundle.Validate());
  return bundle;
}

Score ScoreOf(const ModelBundle& bundle, const ModelOutput& output) {
  Score score{.raw_score = output.raw_score, .model_score = output.model_score};
  if (bundle.calibrator) score.pd = bundle.calibrator->Pd(output.log_odds);
  return score;
}

}  // namespace fairline
