// How well two ways of attributing the same scores agree, as a person asks it: do features weigh
// alike, and would the first reason against the applicant be the same?
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace fairline {

class AttributionAgreement {
 public:
  /// One row's attributions, feature by feature.
  void Add(std::span<const double> one, std::span<const double> other);

  int64_t rows() const { return rows_; }
  /// Rows in which both have the same largest positive attribution, or both have none.
  int64_t same_strongest() const { return same_strongest_; }
  /// Pearson's correlation over the features of a row, averaged over the rows that have one. None:
  /// in every row the attributions of one way were all alike.
  std::optional<double> mean_correlation() const;

 private:
  int64_t rows_ = 0, same_strongest_ = 0, correlated_rows_ = 0;
  double correlations_ = 0;
};

}  // namespace fairline
