// Goods and bads of a group of rows: by weight for what is estimated, by number for what asks
// whether there is enough to estimate from.
#pragma once

#include <cstdint>

namespace fairline {

struct OutcomeCounts {
  double good = 0, bad = 0;  // sums of weights
  int64_t good_rows = 0, bad_rows = 0;

  int64_t rows() const { return good_rows + bad_rows; }

  void Add(bool is_bad, double weight) {
    (is_bad ? bad : good) += weight;
    ++(is_bad ? bad_rows : good_rows);
  }

  OutcomeCounts& operator+=(const OutcomeCounts& other) {
    good += other.good;
    bad += other.bad;
    good_rows += other.good_rows;
    bad_rows += other.bad_rows;
    return *this;
  }
};

/// Whether the odds of a default are strictly higher in `a`: no division, so exact for unit
/// weights.
inline bool IsRiskier(const OutcomeCounts& a, const OutcomeCounts& b) {
  return a.bad * b.good > b.bad * a.good;
}

}  // namespace fairline
