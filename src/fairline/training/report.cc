// Figures are computed here and laid out in format_report.cc.
#include "fairline/training/report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fairline/stats/calibration_fits.h"
#include "fairline/stats/calibration_tests.h"
#include "fairline/stats/discrimination.h"
#include "fairline/training/report_curves.h"

namespace fairline {
namespace {

constexpr size_t kCalibrationBins = 10;
constexpr double kNormal95 = 1.959963984540054;

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Mean, sample standard deviation and the values themselves.
Json Spread(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = Mean(values);
  double squares = 0;
  for (double value : values) squares += (value - mean) * (value - mean);
  Json json;
  json["mean"] = mean;
  json["sd"] = std::sqrt(squares / (n - 1));
  json["folds"] = Json::ArrayOf(values);
  return json;
}

Json Candidates(const CalibrationResult& calibration) {
  Json candidates = Json::MakeArray();
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
  return candidates;
}

/// Slope and intercept of the outcomes on the log-odds of the PDs: 1 and 0 where they are right.
void AddSlope(std::span<const double> pds, std::span<const double> outcomes, Json& json) {
  std::vector<double> log_odds;
  for (const double pd : pds) log_odds.push_back(BoundedLogOdds(pd));
  const LogisticFit fit = FitLogistic(log_odds, outcomes);
  json["slope"] = fit.slope;
  json["intercept"] = fit.intercept;
}

void AddTests(std::span<const double> pds, std::span<const double> outcomes,
              const std::vector<CalibrationBin>& table, double brier, Json& json) {
  const BrierParts parts = PartitionBrier(table, brier);
  Json& of_brier = json["brier_parts"];
  of_brier["reliability"] = parts.reliability;
  of_brier["resolution"] = parts.resolution;
  of_brier["uncertainty"] = parts.uncertainty;
  of_brier["within_lines"] = parts.within_lines;
  const TestResult by_groups = HosmerLemeshow(table);
  Json& hosmer_lemeshow = json["hosmer_lemeshow"];
  hosmer_lemeshow["chi_square"] = by_groups.statistic;
  hosmer_lemeshow["degrees_of_freedom"] = table.size();
  hosmer_lemeshow["p_value"] = by_groups.p_value;
  const TestResult by_rows = Spiegelhalter(pds, outcomes);
  json["spiegelhalter"]["z"] = by_rows.statistic;
  json["spiegelhalter"]["p_value"] = by_rows.p_value;
}

Json TableLines(const std::vector<CalibrationBin>& table) {
  Json lines = Json::MakeArray();
  for (const CalibrationBin& bin : table) {
    const ShareInterval interval = WilsonInterval(bin.defaults, bin.rows);
    Json item;
    item["lowest_pd"] = bin.lowest;
    item["highest_pd"] = bin.highest;
    item["rows"] = bin.rows;
    item["mean_pd"] = bin.mean_pd;
    item["defaults"] = bin.defaults;
    item["observed_rate"] = bin.observed_rate;
    item["observed_95_low"] = interval.low;
    item["observed_95_high"] = interval.high;
    lines.Append(std::move(item));
  }
  return lines;
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
  json["deciles"] = Deciles(scores, outcomes);
  json["curve"] = ScoreCurve(scores, outcomes);
  return json;
}

Json CalibrationReport(const CalibrationResult& calibration, std::span<const double> outcomes) {
  const auto table = CalibrationTable(calibration.pds, outcomes, kCalibrationBins);
  const double brier = BrierScore(calibration.pds, outcomes);
  Json json;
  json["method"] = CalibrationMethodName(calibration.calibrator.method());
  json["candidates"] = Candidates(calibration);
  json["brier"] = brier;
  json["log_loss"] = LogLoss(calibration.pds, outcomes);
  json["calibration_error"] = CalibrationError(table);
  json["mean_pd"] = Mean(calibration.pds);
  AddSlope(calibration.pds, outcomes, json);
  AddTests(calibration.pds, outcomes, table, brier, json);
  json["table"] = TableLines(table);
  return json;
}

Json ImportanceReport(const std::vector<std::string>& names,
                      const std::vector<double>& mean_absolute,
                      const std::vector<double>& gain_shares, size_t most) {
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
    if (!gain_shares.empty()) item["gain_share"] = gain_shares[i];
    json.Append(std::move(item));
  }
  return json;
}

}  // namespace fairline
