// Whether PDs agree with what happened, and what their Brier score is made of. The PDs are taken as
// given: of rows that the calibration was not fitted on.
#pragma once

#include <span>
#include <vector>

#include "fairline/stats/calibration_figures.h"

namespace fairline {

/// An interval of a share.
struct ShareInterval {
  double low = 0, high = 1;
};

/// Wilson's (1927) 95 % interval for a share of which `events` of `rows` were seen; it stays in
/// [0, 1] and keeps its level where events are few (Brown, Cai and DasGupta 2001). [0, 1] without
/// rows.
ShareInterval WilsonInterval(size_t events, size_t rows);

/// Murphy's (1973) partition of the Brier score over the lines of a calibration table:
/// reliability - resolution + uncertainty is the score of forecasts that give every row of a line
/// the line's mean PD. `within_lines` is what the differences inside the lines add to that
/// (Stephenson, Coelho and Jolliffe 2008), so that all four make the Brier score.
struct BrierParts {
  double reliability = 0;  // lower is better
  double resolution = 0;   // higher is better
  double uncertainty = 0;  // of the outcomes alone
  double within_lines = 0;
};
BrierParts PartitionBrier(const std::vector<CalibrationBin>& table, double brier);

struct TestResult {
  double statistic = 0;
  double p_value = 1;
};

/// Hosmer and Lemeshow (1980) over the lines of a calibration table: chi-square with as many
/// degrees of freedom as lines, none being lost to a fit when the PDs come from outside. The
/// statistic is infinite where a certainty was wrong.
TestResult HosmerLemeshow(const std::vector<CalibrationBin>& table);

/// Spiegelhalter's (1986) z: the Brier score against its expectation under the PDs, row by row and
/// so without groups. Two-sided; NaN when every PD is 0, 1/2 or 1.
TestResult Spiegelhalter(std::span<const double> pds, std::span<const double> outcomes);

}  // namespace fairline
