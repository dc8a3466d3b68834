#include "fairline/explain/attribution_agreement.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/check.h"

namespace fairline {
namespace {

double Mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<double> Correlation(std::span<const double> one, std::span<const double> other) {
  const double one_mean = Mean(one), other_mean = Mean(other);
  double both = 0, one_squares = 0, other_squares = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    const double x = one[i] - one_mean, y = other[i] - other_mean;
    both += x * y;
    one_squares += x * x;
    other_squares += y * y;
  }
  if (one_squares == 0 || other_squares == 0) return std::nullopt;
  return both / std::sqrt(one_squares * other_squares);
}

/// The feature that pushes most towards default, or -1.
int64_t StrongestAdverse(std::span<const double> attributions) {
  const auto strongest = std::ranges::max_element(attributions);
  return *strongest > 0 ? strongest - attributions.begin() : -1;
}

}  // namespace

void AttributionAgreement::Add(std::span<const double> one, std::span<const double> other) {
  FAIRLINE_CHECK(!one.empty() && one.size() == other.size(), "the same features");
  ++rows_;
  if (StrongestAdverse(one) == StrongestAdverse(other)) ++same_strongest_;
  if (const auto correlation = Correlation(one, other)) {
    ++correlated_rows_;
    correlations_ += *correlation;
  }
}

std::optional<double> AttributionAgreement::mean_correlation() const {
  if (correlated_rows_ == 0) return std::nullopt;
  return correlations_ / static_cast<double>(correlated_rows_);
}

}  // namespace fairline
