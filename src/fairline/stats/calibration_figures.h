// How far probabilities can be taken at their word.
#pragma once

#include <span>
#include <vector>

namespace fairline {

/// Mean squared error of the probabilities. NaN without rows.
double BrierScore(std::span<const double> probabilities, std::span<const double> outcomes);

/// Mean of -ln(probability given to what happened). +inf when a certainty was wrong; NaN without
/// rows.
double LogLoss(std::span<const double> probabilities, std::span<const double> outcomes);

/// One line of a calibration table: the rows whose PD lies in [lowest, highest].
struct CalibrationBin {
  double lowest = 0, highest = 0;
  size_t rows = 0;
  double mean_pd = 0;
  size_t defaults = 0;
  double observed_rate = 0;  // defaults / rows
};

/// At most `bins` groups of about equal size by ascending PD; equal PDs are never split, so there
/// are fewer groups where one value is frequent.
std::vector<CalibrationBin> CalibrationTable(std::span<const double> pds,
                                             std::span<const double> outcomes, size_t bins);

/// Expected calibration error: |observed - mean PD| over the table's lines, weighted by rows.
double CalibrationError(const std::vector<CalibrationBin>& table);

}  // namespace fairline
