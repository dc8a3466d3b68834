// Raw score -> PD. One of three maps, chosen in training and stored in the bundle; all of them are
// monotone and computed with core/math.h, so a PD replays bit for bit on any machine.
#pragma once

#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"

namespace fairline {

enum class CalibrationMethod {
  kOddsShift,  // pd = logistic(raw - shift): undoes the class weights, shift = ln(w1/w0)
  kPlatt,      // pd = logistic(slope * raw + intercept)
  kIsotonic,   // pd read from a step function of raw, linear between points, clipped at the ends
};
std::string_view CalibrationMethodName(CalibrationMethod method);  // odds_shift, platt, isotonic

class Calibrator {
 public:
  static Calibrator OddsShift(double shift);
  static Calibrator Platt(double slope, double intercept);
  /// `raw` strictly increasing, `pd` not decreasing, same length >= 1.
  static Calibrator Isotonic(std::vector<double> raw, std::vector<double> pd);

  CalibrationMethod method() const { return method_; }
  /// `raw_score` in log-odds as the model gives it.
  double Pd(double raw_score) const;

  Json ToJson() const;
  static Result<Calibrator> FromJson(const Json& json);

 private:
  CalibrationMethod method_ = CalibrationMethod::kOddsShift;
  double slope_ = 1, intercept_ = 0;  // odds shift and Platt
  std::vector<double> raw_, pd_;      // isotonic
};

}  // namespace fairline
