// The order matters: calibration gives the probabilities, they give the cut-off, and it gives the
// applicants that reasons compare with.
#include "fairline/training/decision_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/core/hash.h"
#include "fairline/data/split.h"
#include "fairline/stats/cut_off_figures.h"
#include "fairline/stats/rank_correlation.h"
#include "fairline/training/choose_cut_off.h"
#include "fairline/training/parallel.h"
#include "fairline/training/reference_values.h"
#include "fairline/training/report.h"
#include "fairline/training/report_curves.h"
#include "fairline/training/split_gain.h"
#include "fairline/training/stability_report.h"
#include "fairline/training/training_data.h"

namespace fairline {
namespace {

constexpr size_t kImportantFeatures = 30;

Json DataReport(const DecisionTask& task) {
  const auto defaults = static_cast<size_t>(std::ranges::count(task.outcomes, 1.0));
  Json json;
  json["rows"] = task.outcomes.size();
  json["defaults"] = defaults;
  json["default_rate"] = static_cast<double>(defaults) / static_cast<double>(task.outcomes.size());
  json["fingerprint_sha256"] = Fingerprint(task.table);
  return json;
}

/// Where both classes weigh the same in training, the figure by which such models are published:
/// that of refusing from a model score of 0.5 up.
void AddBalancedAccuracy(const DecisionTask& task, Json& report) {
  if (task.shift == ShiftSource::kNoWeights) return;
  std::vector<double> scores;
  for (const ModelOutput& output : task.outputs) scores.push_back(output.model_score);
  report["discrimination"]["pooled"]["balanced_accuracy_at_half"] =
      ConfusionAt(0.5, scores, task.outcomes).balanced_accuracy();
}

/// Application data do not separate defaults this well: somewhere the outcome was known.
constexpr double kImplausibleAuc = 0.95;

void WarnOfLeaks(Json& report) {
  const double auc = report.Find("discrimination")->Find("pooled")->Find("roc_auc")->number();
  if (auc <= kImplausibleAuc) return;
  report["warnings"].Append(fmt::format(
      "a ROC-AUC of {:.4f} is too good to be true for a decision at application time. Either the "
      "model was trained on these rows, or a column knows the outcome: look at what moves the "
      "score.",
      auc));
}

/// The card with the categories' own names.
Json CardOf(const Scorecard& scorecard, const FeaturePlan& plan) {
  return PrintedScorecard(scorecard, [&](size_t feature, int32_t category) {
    const Signature& signature = plan.signature();
    const int index = signature.Find(plan.features()[feature].name);
    const auto place = static_cast<size_t>(category);
    if (index < 0) return fmt::format("{}", category);
    const auto& names = signature.fields()[static_cast<size_t>(index)].vocabulary;
    return place < names.size() ? names[place] : fmt::format("{}", category);
  });
}

/// What attributions are of; of bags also how well their margins, which attributions add up to,
/// rank as the score that decides.
Json AttributionsReport(const DecisionTask& task, const Model& model) {
  const auto [method, space] = AttributionsOf(model);
  Json json = Json::Object{{"method", method}, {"space", space}};
  if (!std::holds_alternative<StumpEnsemble>(model)) return json;
  std::vector<double> margins, scores;
  for (const ModelOutput& output : task.outputs) {
    margins.push_back(output.raw_score);
    scores.push_back(output.model_score);
  }
  const double correlation = RankCorrelation(margins, scores);
  if (std::isfinite(correlation)) json["rank_correlation"] = correlation;
  return json;
}

/// Cross-fitted PDs, or the model's own scores where there is to be no PD.
Result<std::vector<double>> Probabilities(const DecisionTask& task,
                                          std::span<const double> log_odds, ModelBundle& bundle) {
  if (!task.config.calibrate) {
    bundle.calibrator.reset();
    std::vector<double> scores;
    for (const ModelOutput& output : task.outputs) scores.push_back(output.model_score);
    return scores;
  }
  CalibrationResult calibration =
      FAIRLINE_TRY(Calibrate({log_odds, task.outcomes, task.folds, task.config.folds, task.shift},
                             task.config.calibration));
  bundle.report["calibration"] = CalibrationReport(calibration, task.outcomes);
  bundle.calibrator = std::move(calibration.calibrator);
  return std::move(calibration.pds);
}

void FitCutOff(const DecisionTask& task, std::span<const double> probabilities,
               ModelBundle& bundle) {
  const CutOffTask cut_off{
      .probabilities = probabilities,
      .outcomes = task.outcomes,
      .kind = bundle.calibrator ? ProbabilityKind::kPd : ProbabilityKind::kModelScore,
      .costs = task.config.costs,
      .rule = task.config.threshold,
      .fixed_threshold = task.config.fixed_threshold};
  bundle.cut_off = ChooseCutOff(cut_off);
  bundle.cut_off->model_sha256 = Sha256Hex(bundle.model_text);
  Json& part = bundle.report["cut_off"] = CutOffReport(cut_off, *bundle.cut_off);
  part["curve"] = CostCurve(probabilities, task.outcomes, task.config.costs);
  bundle.report["distribution"] = DistributionReport(probabilities, task.outcomes);
}

Status FitReferences(const DecisionTask& task, std::span<const double> probabilities,
                     ModelBundle& bundle, const Progress& progress) {
  const auto populations =
      ReferencePopulations(probabilities, bundle.cut_off->threshold, task.config.seed);
  const int threads = task.config.lightgbm.num_threads;
  Attributed attributed = FAIRLINE_TRY(AttributePopulations(
      bundle.model, task.matrix, populations, threads > 0 ? threads : CoreCount(), progress));
  bundle.references = std::move(attributed.references);
  bundle.report["importance"] =
      ImportanceReport(FeatureNames(bundle.plan), attributed.mean_absolute,
                       GainShares(bundle.model_text, bundle.plan.size()), kImportantFeatures);
  Json& list = bundle.report["references"] = Json::MakeArray();
  for (const auto& population : bundle.references.populations) {
    Json item;
    item["name"] = population.name;
    item["description"] = population.description;
    item["rows"] = population.rows;
    list.Append(std::move(item));
  }
  return {};
}

}  // namespace

Result<std::vector<double>> FitDecisionParts(const DecisionTask& task, ModelBundle& bundle,
                                             const Progress& progress) {
  std::vector<double> log_odds;  // in the order of the model scores, and with steps as fine
  for (const ModelOutput& output : task.outputs) log_odds.push_back(output.log_odds);
  bundle.report["data"] = DataReport(task);
  bundle.report["discrimination"] =
      DiscriminationReport(log_odds, task.outcomes, task.folds, task.config.folds);
  AddBalancedAccuracy(task, bundle.report);
  WarnOfLeaks(bundle.report);
  progress.Report("calibration and cut-off", 0);
  std::vector<double> probabilities = FAIRLINE_TRY(Probabilities(task, log_odds, bundle));
  FitCutOff(task, probabilities, bundle);
  bundle.report["stability"] = StabilityReport({.log_odds = log_odds,
                                                .probabilities = probabilities,
                                                .outcomes = task.outcomes,
                                                .folds = task.folds,
                                                .fold_count = task.config.folds,
                                                .are_pds = bundle.calibrator.has_value()});
  bundle.report["attributions"] = AttributionsReport(task, bundle.model);
  if (const auto* scorecard = std::get_if<Scorecard>(&bundle.model)) {
    bundle.report["scorecard"] = CardOf(*scorecard, bundle.plan);
  }
  progress.Report("calibration and cut-off", 1);
  FAIRLINE_TRY(FitReferences(task, probabilities, bundle, progress));
  bundle.baseline = FAIRLINE_TRY(BaselineOf(bundle.plan.signature(), task.table, probabilities));
  return probabilities;
}

std::vector<std::string> FeatureNames(const FeaturePlan& plan) {
  std::vector<std::string> names;
  for (const Feature& feature : plan.features()) names.push_back(feature.name);
  return names;
}

Result<std::vector<int>> FoldsFor(std::span<const double> outcomes, int folds, uint64_t seed) {
  const int64_t defaults = std::ranges::count(outcomes, 1.0);
  const int64_t others = static_cast<int64_t>(outcomes.size()) - defaults;
  if (std::min(defaults, others) < folds) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} folds need at least {} rows of each outcome; the data have {} with "
                            "1 and {} with 0",
                            folds, folds, defaults, others));
  }
  return StratifiedFolds(outcomes, folds, seed);
}

}  // namespace fairline
