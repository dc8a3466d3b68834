#include "fairline/training/scorecard/shrink.h"

#include <algorithm>

#include "fairline/data/split.h"
#include "fairline/stats/calibration_fits.h"

namespace fairline {
namespace {

constexpr int kFolds = 5;

bool CanBeFolded(std::span<const double> outcomes) {
  const auto defaults = std::ranges::count(outcomes, 1.0);
  return std::min<ptrdiff_t>(defaults, std::ssize(outcomes) - defaults) >= kFolds;
}

/// Progress of the card on all rows and those of the folds, as one.
Progress PartOf(const Progress& progress, int part) {
  return {.report = [&progress, part](
                        std::string_view stage,
                        double done) { progress.Report(stage, (part + done) / (kFolds + 1)); },
          .cancel = progress.cancel};
}

/// Log-odds of each row by a card that was trained without it.
Result<std::vector<double>> OutOfFold(const EncodedMatrix& matrix, std::span<const double> outcomes,
                                      const ScorecardOptions& options, uint64_t seed,
                                      const Progress& progress) {
  const std::vector<int> folds = StratifiedFolds(outcomes, kFolds, seed);
  std::vector<double> log_odds(matrix.rows);
  for (int fold = 0; fold < kFolds; ++fold) {
    const LabelledRows rows = RowsBut(matrix, outcomes, folds, fold);
    const Scorecard card = FAIRLINE_TRY(
        TrainScorecard(rows.matrix, rows.outcomes, {}, options, PartOf(progress, fold)));
    for (size_t row = 0; row < matrix.rows; ++row) {
      if (folds[row] == fold) log_odds[row] = LogOdds(card, matrix.Row(row));
    }
  }
  return log_odds;
}

}  // namespace

void Recalibrate(Scorecard& card, double slope, double shift) {
  for (Characteristic& characteristic : card.characteristics) characteristic.coefficient *= slope;
  card.intercept = slope * card.intercept + shift;
  AssignPoints(card);
}

Result<Scorecard> TrainShrunkenScorecard(const EncodedMatrix& matrix,
                                         std::span<const double> outcomes,
                                         const ScorecardOptions& options, uint64_t seed,
                                         const Progress& progress) {
  Scorecard card =
      FAIRLINE_TRY(TrainScorecard(matrix, outcomes, {}, options, PartOf(progress, kFolds)));
  if (!CanBeFolded(outcomes)) return card;
  ScorecardOptions exact = options;  // of whole points only what they stand for is shrunk
  exact.rounded = false;
  auto log_odds = OutOfFold(matrix, outcomes, exact, seed, progress);
  if (!log_odds) {
    // Some part of the rows has no card of its own, so nothing can be said of new applicants.
    if (log_odds.error().code == ErrorCode::kFailedPrecondition) return card;
    return std::unexpected(std::move(log_odds).error());
  }
  const LogisticFit fit = FitLogistic(*log_odds, outcomes);
  if (!(fit.slope > 0)) return card;
  Recalibrate(card, fit.slope, fit.intercept);
  FAIRLINE_TRY(card.Validate());
  return card;
}

}  // namespace fairline
