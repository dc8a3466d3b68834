// Every candidate goes through the same two steps: fit without each fold in turn, then on all rows.
#include "fairline/training/calibrate.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/math.h"
#include "fairline/stats/calibration_figures.h"
#include "fairline/stats/calibration_fits.h"

namespace fairline {
namespace {

constexpr CalibrationMethod kSimplestFirst[] = {
    CalibrationMethod::kOddsShift, CalibrationMethod::kPlatt, CalibrationMethod::kIsotonic};

struct Rows {
  std::vector<double> log_odds, outcomes;
};

/// All rows but those of a fold; fold -1 leaves out none.
Rows Without(const CalibrationTask& task, int fold) {
  Rows rows;
  for (size_t i = 0; i < task.folds.size(); ++i) {
    if (task.folds[i] == fold) continue;
    rows.log_odds.push_back(task.log_odds[i]);
    rows.outcomes.push_back(task.outcomes[i]);
  }
  return rows;
}

double ShiftOf(const Rows& rows, ShiftSource source) {
  if (source == ShiftSource::kNoWeights) return 0;
  if (source == ShiftSource::kFitted) return -FitShift(rows.log_odds, rows.outcomes).intercept;
  const double defaults = static_cast<double>(std::ranges::count(rows.outcomes, 1.0));
  return Log((static_cast<double>(rows.outcomes.size()) - defaults) / defaults);
}

Calibrator Fit(const Rows& rows, CalibrationMethod method, ShiftSource source) {
  switch (method) {
    case CalibrationMethod::kOddsShift:
      return Calibrator::OddsShift(ShiftOf(rows, source));
    case CalibrationMethod::kPlatt: {
      const LogisticFit fit = FitPlatt(rows.log_odds, rows.outcomes);
      return Calibrator::Platt(fit.slope, fit.intercept);
    }
    case CalibrationMethod::kIsotonic:
      break;
  }
  IsotonicFit fit = FitIsotonic(rows.log_odds, rows.outcomes);
  return Calibrator::Isotonic(std::move(fit.raw), std::move(fit.pd));
}

/// The PD of every row by a fit that did not see the row's fold.
Result<std::vector<double>> CrossFit(const CalibrationTask& task, CalibrationMethod method) {
  std::vector<double> pds(task.folds.size());
  for (int fold = 0; fold < task.fold_count; ++fold) {
    const Calibrator calibrator = Fit(Without(task, fold), method, task.shift);
    FAIRLINE_TRY(calibrator.Validate());
    for (size_t i = 0; i < pds.size(); ++i) {
      if (task.folds[i] == fold) pds[i] = calibrator.Pd(task.log_odds[i]);
    }
  }
  return pds;
}

}  // namespace

Result<CalibrationResult> Calibrate(const CalibrationTask& task,
                                    std::optional<CalibrationMethod> wanted) {
  std::optional<CalibrationResult> best;
  std::vector<CalibrationCandidate> candidates;
  double lowest = 0;
  const Rows all = Without(task, -1);
  for (CalibrationMethod method : kSimplestFirst) {
    CalibrationCandidate& candidate = candidates.emplace_back();
    candidate.method = method;
    Calibrator calibrator = Fit(all, method, task.shift);
    Result<std::vector<double>> pds = CrossFit(task, method);
    if (!pds || !calibrator.Validate()) {
      candidate.left_out = "falls as the score rises";
      continue;
    }
    candidate.log_loss = LogLoss(*pds, task.outcomes);
    candidate.brier = BrierScore(*pds, task.outcomes);
    const bool better = !best || candidate.log_loss < lowest;
    if (wanted ? *wanted == method : better) {
      lowest = candidate.log_loss;
      best = CalibrationResult{std::move(calibrator), *std::move(pds), {}};
    }
  }
  if (!best) {
    return Fail(ErrorCode::kFailedPrecondition,
                "the scores cannot be calibrated: defaults do not score higher than the others");
  }
  best->candidates = std::move(candidates);
  return *std::move(best);
}

}  // namespace fairline
