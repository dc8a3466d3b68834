// Whether two measures put the same rows in the same order.
#pragma once

#include <span>
#include <vector>

namespace fairline {

/// Ranks from 1, equal values sharing the mean of theirs. Values are not NaN.
std::vector<double> MidRanks(std::span<const double> values);

/// Spearman's rho: the correlation of the mid-ranks (Spearman 1904). NaN for less than two rows, or
/// where all values of one are equal. `a` and `b`: one number per row.
double RankCorrelation(std::span<const double> a, std::span<const double> b);

}  // namespace fairline
