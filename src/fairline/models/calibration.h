// Log-odds -> PD. One of three maps, chosen in training and stored in the bundle; all of them are
// monotone and computed with core/math.h, so a PD replays bit for bit on any machine.
#pragma once

#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"

namespace fairline {

enum class CalibrationMethod {
  kOddsShift,  // pd = logistic(log_odds - shift): undoes the class weights, shift = ln(w1/w0)
  kPlatt,      // pd = logistic(slope * log_odds + intercept) (Platt 1999)
  kIsotonic,   // pd read from knots, linear between them, constant beyond the first and the last
};
std::string_view CalibrationMethodName(CalibrationMethod method);  // odds_shift, platt, isotonic

class Calibrator {
 public:
  static Calibrator OddsShift(double shift);
  static Calibrator Platt(double slope, double intercept);
  /// Knots: `log_odds` strictly increasing, `pd` not decreasing and in [0, 1], same length >= 1.
  static Calibrator Isotonic(std::vector<double> log_odds, std::vector<double> pd);

  CalibrationMethod method() const { return method_; }
  /// The PD of a score given as log-odds: LogOdds(model, raw_score), which is the raw score itself
  /// when the model's sigmoid is 1.
  double Pd(double log_odds) const;

  /// kInvalidArgument when the map is not what the factories ask for, or falls with the score
  /// (then no reason could be told from it).
  Status Validate() const;

  Json ToJson() const;
  static Result<Calibrator> FromJson(const Json& json);

 private:
  CalibrationMethod method_ = CalibrationMethod::kOddsShift;
  double slope_ = 1, intercept_ = 0;   // odds shift and Platt
  std::vector<double> log_odds_, pd_;  // isotonic
};

}  // namespace fairline
