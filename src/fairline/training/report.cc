// Figures are computed here and laid out in format_report.cc.
#include "fairline/training/report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fairline/stats/discrimination.h"

namespace fairline {
namespace {

constexpr size_t kCalibrationBins = 10;
constexpr double kNormal95 = 1.959963984540054;

/// Mean, sample standard deviation and the values themselves.
Json Spread(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (double value : values) squares += (value - mean) * (value - mean);
  Json json;
  json["mean"] = mean;
  json["sd"] = std::sqrt(squares / (n - 1));
  json["folds"] = Json::ArrayOf(values);
  return json;
}

}  // namespace

Json DiscriminationReport(std::span<const double> scores, std::span<const double> outcomes,
                          std::span<const int> folds, int fold_count) {
  std::vector<double> auc, ks;
  for (int fold = 0; fold < fold_count; ++fold) {
    std::vector<double> fold_scores, fold_outcomes;
    for (size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] != fold) continue;
      fold_scores.push_back(scores[i]);
      fold_outcomes.push_back(outcomes[i]);
    }
    auc.push_back(RocAuc(fold_scores, fold_outcomes));
    ks.push_back(KolmogorovSmirnov(fold_scores, fold_outcomes));
  }
  const double pooled = RocAuc(scores, outcomes);
  const double error = RocAucStandardError(scores, outcomes);
  Json json;
  json["roc_auc"] = Spread(auc);
  json["ks"] = Spread(ks);
  Json& all = json["pooled"];
  all["roc_auc"] = pooled;
  all["roc_auc_standard_error"] = error;
  all["roc_auc_95_low"] = std::max(0.0, pooled - kNormal95 * error);
  all["roc_auc_95_high"] = std::min(1.0, pooled + kNormal95 * error);
  all["gini"] = Gini(pooled);
  all["ks"] = KolmogorovSmirnov(scores, outcomes);
  all["average_precision"] = AveragePrecision(scores, outcomes);
  return json;
}

Json CalibrationReport(const CalibrationResult& calibration, std::span<const double> outcomes) {
  Json json;
  json["method"] = CalibrationMethodName(calibration.calibrator.method());
  Json& candidates = json["candidates"] = Json::MakeArray();
  for (const CalibrationCandidate& candidate : calibration.candidates) {
    Json item;
    item["method"] = CalibrationMethodName(candidate.method);
    if (candidate.left_out.empty()) {
      item["log_loss"] = candidate.log_loss;
      item["brier"] = candidate.brier;
    } else {
      item["left_out"] = candidate.left_out;
    }
    candidates.Append(std::move(item));
  }
  const auto table = CalibrationTable(calibration.pds, outcomes, kCalibrationBins);
  json["brier"] = BrierScore(calibration.pds, outcomes);
  json["log_loss"] = LogLoss(calibration.pds, outcomes);
  json["calibration_error"] = CalibrationError(table);
  Json& lines = json["table"] = Json::MakeArray();
  for (const CalibrationBin& bin : table) {
    Json item;
    item["lowest_pd"] = bin.lowest;
    item["highest_pd"] = bin.highest;
    item["rows"] = bin.rows;
    item["mean_pd"] = bin.mean_pd;
    item["defaults"] = bin.defaults;
    item["observed_rate"] = bin.observed_rate;
    lines.Append(std::move(item));
  }
  return json;
}

Json ImportanceReport(const std::vector<std::string>& names,
                      const std::vector<double>& mean_absolute, size_t most) {
  std::vector<size_t> order(names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](size_t i) { return mean_absolute[i]; });
  Json json = Json::MakeArray();
  for (size_t i : order) {
    if (json.array().size() == most || mean_absolute[i] == 0) break;
    Json item;
    item["feature"] = names[i];
    item["mean_absolute_attribution"] = mean_absolute[i];
    json.Append(std::move(item));
  }
  return json;
}

}  // namespace fairline
