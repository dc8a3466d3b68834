#include "fairline/training/stability_report.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "fairline/stats/calibration_fits.h"
#include "fairline/stats/discrimination.h"
#include "fairline/stats/histogram.h"
#include "fairline/stats/stability.h"
#include "fairline/training/report_curves.h"

namespace fairline {
namespace {

constexpr size_t kStabilityBins = 10;

struct FoldRows {
  std::vector<double> log_odds, probabilities, outcomes;
  std::vector<double> other_log_odds;
};

FoldRows RowsOf(const StabilityTask& task, int fold) {
  FoldRows rows;
  for (size_t i = 0; i < task.folds.size(); ++i) {
    if (task.folds[i] != fold) {
      rows.other_log_odds.push_back(task.log_odds[i]);
      continue;
    }
    rows.log_odds.push_back(task.log_odds[i]);
    rows.probabilities.push_back(task.probabilities[i]);
    rows.outcomes.push_back(task.outcomes[i]);
  }
  return rows;
}

double CalibrationSlope(const FoldRows& rows) {
  std::vector<double> of_pds;
  for (const double pd : rows.probabilities) of_pds.push_back(BoundedLogOdds(pd));
  return FitLogistic(of_pds, rows.outcomes).slope;
}

}  // namespace

Json StabilityReport(const StabilityTask& task) {
  Json json = Json::MakeArray();
  for (int fold = 0; fold < task.fold_count; ++fold) {
    const FoldRows rows = RowsOf(task, fold);
    const double count = static_cast<double>(rows.outcomes.size());
    const Histogram rest =
        CountInto(QuantileEdges(rows.other_log_odds, kStabilityBins), rows.other_log_odds);
    Json item;
    item["rows"] = rows.outcomes.size();
    item["defaults"] = static_cast<size_t>(std::ranges::count(rows.outcomes, 1.0));
    item["mean_probability"] =
        std::accumulate(rows.probabilities.begin(), rows.probabilities.end(), 0.0) / count;
    item["roc_auc_standard_error"] = RocAucStandardError(rows.log_odds, rows.outcomes);
    item["psi"] =
        PopulationStabilityIndex(rest.counts, CountInto(rest.edges, rows.log_odds).counts);
    if (task.are_pds) item["calibration_slope"] = CalibrationSlope(rows);
    json.Append(std::move(item));
  }
  return json;
}

}  // namespace fairline
