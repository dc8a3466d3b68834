// A card's points must say what its PDs are. Chosen and fitted on the same rows, coefficients come
// out too steep for new applicants; so they are shrunk by what cross-validation finds (van
// Houwelingen and Le Cessie, Predictive value of statistical models, 1990).
#pragma once

#include <cstdint>
#include <span>

#include "fairline/core/result.h"
#include "fairline/models/scorecard.h"
#include "fairline/training/matrix.h"
#include "fairline/training/scorecard/train_scorecard.h"

namespace fairline {

/// Multiplies the coefficients by `slope` above 0, moves the intercept to slope * intercept +
/// `shift` and gives the points anew: log-odds l become slope * l + shift.
void Recalibrate(Scorecard& card, double slope, double shift);

/// TrainScorecard on all rows, recalibrated by the slope and intercept of the log-odds that cards
/// trained on four fifths of the rows give the others. As it is where these rank no better than
/// chance, or a class has less than five rows. Errors as TrainScorecard.
Result<Scorecard> TrainShrunkenScorecard(const EncodedMatrix& matrix,
                                         std::span<const double> outcomes,
                                         const ScorecardOptions& options, uint64_t seed,
                                         const Progress& progress);

}  // namespace fairline
