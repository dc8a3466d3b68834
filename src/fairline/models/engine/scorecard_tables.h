// A scorecard compiled: one number for each bin, and a bin found without the card.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "fairline/models/scorecard.h"

namespace fairline {

class ScorecardTables {
 public:
  /// What a bin is worth.
  using Term = std::function<double(const Characteristic&, const ScorecardBin&)>;
  ScorecardTables(const Scorecard& card, const Term& term);

  /// Calls visit(feature, what its bin is worth), the characteristics in the card's order.
  void Visit(std::span<const double> row, auto visit) const {
    for (const Column& column : columns_) {
      visit(column.feature, terms_[column.first_term + BinOf(column, row[column.feature])]);
    }
  }

 private:
  struct Column {
    size_t feature;
    bool categorical;
    size_t missing;                   // the bin of what is missing or unknown
    size_t first_term;                // of terms_, one per bin
    std::vector<double> bounds;       // numeric: where every bin but the first begins
    std::vector<int32_t> categories;  // categorical: rising
    std::vector<size_t> bins;         //   and the bin of each
  };

  static size_t BinOf(const Column& column, double value) {
    if (!column.categorical) {
      size_t bin = 0;
      for (const double bound : column.bounds) bin += bound <= value ? 1 : 0;
      return std::isnan(value) ? column.missing : bin;
    }
    const auto found = std::ranges::lower_bound(column.categories, CategoryOf(value));
    if (found == column.categories.end() || *found != CategoryOf(value)) return column.missing;
    return column.bins[static_cast<size_t>(found - column.categories.begin())];
  }

  std::vector<Column> columns_;
  std::vector<double> terms_;
};

}  // namespace fairline
