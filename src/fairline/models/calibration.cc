// Each map is non-decreasing in floating point too, not only on paper: applicants keep their order.
#include "fairline/models/calibration.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/math.h"

namespace fairline {
namespace {

bool AllFinite(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

std::unexpected<Error> Invalid(const char* what) {
  return Fail(ErrorCode::kInvalidArgument, std::string("calibration: ") + what);
}

}  // namespace

std::string_view CalibrationMethodName(CalibrationMethod method) {
  switch (method) {
    case CalibrationMethod::kOddsShift:
      return "odds_shift";
    case CalibrationMethod::kPlatt:
      return "platt";
    case CalibrationMethod::kIsotonic:
      return "isotonic";
  }
  return "";
}

Calibrator Calibrator::OddsShift(double shift) {
  Calibrator calibrator;
  calibrator.intercept_ = -shift;
  return calibrator;
}

Calibrator Calibrator::Platt(double slope, double intercept) {
  Calibrator calibrator;
  calibrator.method_ = CalibrationMethod::kPlatt;
  calibrator.slope_ = slope;
  calibrator.intercept_ = intercept;
  return calibrator;
}

Calibrator Calibrator::Isotonic(std::vector<double> log_odds, std::vector<double> pd) {
  Calibrator calibrator;
  calibrator.method_ = CalibrationMethod::kIsotonic;
  calibrator.log_odds_ = std::move(log_odds);
  calibrator.pd_ = std::move(pd);
  return calibrator;
}

double Calibrator::Pd(double log_odds) const {
  if (method_ != CalibrationMethod::kIsotonic) return Logistic(slope_ * log_odds + intercept_);
  const auto above = std::ranges::upper_bound(log_odds_, log_odds);
  if (above == log_odds_.begin()) return pd_.front();
  if (above == log_odds_.end()) return pd_.back();
  const auto right = static_cast<size_t>(above - log_odds_.begin());
  const size_t left = right - 1;
  const double part = (log_odds - log_odds_[left]) / (log_odds_[right] - log_odds_[left]);
  const double pd = pd_[left] + (pd_[right] - pd_[left]) * part;
  // Rounding could step past a knot, and then a higher score would have a lower PD.
  return std::clamp(pd, pd_[left], pd_[right]);
}

Status Calibrator::Validate() const {
  if (method_ != CalibrationMethod::kIsotonic) {
    if (!std::isfinite(slope_) || !std::isfinite(intercept_)) return Invalid("not a finite number");
    if (slope_ < 0) return Invalid("the PD falls as the score rises");
    return {};
  }
  if (log_odds_.empty() || log_odds_.size() != pd_.size()) {
    return Invalid("log_odds and pd need the same number of values, at least one");
  }
  if (!AllFinite(log_odds_) || !AllFinite(pd_)) return Invalid("not a finite number");
  if (!std::isfinite(log_odds_.back() - log_odds_.front()))
    return Invalid("log_odds are too large");
  if (std::ranges::adjacent_find(log_odds_, std::greater_equal()) != log_odds_.end()) {
    return Invalid("log_odds do not rise strictly");
  }
  if (std::ranges::adjacent_find(pd_, std::greater()) != pd_.end()) {
    return Invalid("the PD falls as the score rises");
  }
  if (pd_.front() < 0 || pd_.back() > 1) return Invalid("a PD lies outside 0 to 1");
  return {};
}

Json Calibrator::ToJson() const {
  Json json;
  json["method"] = CalibrationMethodName(method_);
  switch (method_) {
    case CalibrationMethod::kOddsShift:
      json["shift"] = -intercept_;
      break;
    case CalibrationMethod::kPlatt:
      json["slope"] = slope_;
      json["intercept"] = intercept_;
      break;
    case CalibrationMethod::kIsotonic:
      json["log_odds"] = Json::ArrayOf(log_odds_);
      json["pd"] = Json::ArrayOf(pd_);
      break;
  }
  return json;
}

Result<Calibrator> Calibrator::FromJson(const Json& json) {
  JsonReader reader(json, "calibration");
  const std::string method = reader.String("method");
  Calibrator calibrator;
  if (method == CalibrationMethodName(CalibrationMethod::kOddsShift)) {
    calibrator = OddsShift(reader.Number("shift"));
  } else if (method == CalibrationMethodName(CalibrationMethod::kPlatt)) {
    const double slope = reader.Number("slope");
    calibrator = Platt(slope, reader.Number("intercept"));
  } else if (method == CalibrationMethodName(CalibrationMethod::kIsotonic)) {
    auto log_odds = reader.Numbers("log_odds");
    calibrator = Isotonic(std::move(log_odds), reader.Numbers("pd"));
  } else {
    reader.Fault("method", "is none of odds_shift, platt, isotonic");
  }
  FAIRLINE_TRY(reader.Finish());
  FAIRLINE_TRY(calibrator.Validate());
  return calibrator;
}

}  // namespace fairline
