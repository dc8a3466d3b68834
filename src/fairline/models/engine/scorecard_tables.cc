#include "fairline/models/engine/scorecard_tables.h"

#include <utility>

namespace fairline {
namespace {

/// Each category of the characteristic and its bin, rising.
std::vector<std::pair<int32_t, size_t>> CategoriesOf(const Characteristic& characteristic) {
  std::vector<std::pair<int32_t, size_t>> categories;
  for (size_t bin = 0; bin < characteristic.bins.size(); ++bin) {
    for (const int32_t category : characteristic.bins[bin].categories) {
      categories.emplace_back(category, bin);
    }
  }
  std::ranges::sort(categories);
  return categories;
}

}  // namespace

ScorecardTables::ScorecardTables(const Scorecard& card, const Term& term) {
  for (const Characteristic& characteristic : card.characteristics) {
    Column column{.feature = characteristic.feature,
                  .categorical = characteristic.categorical,
                  .first_term = terms_.size()};
    for (size_t bin = 0; bin < characteristic.bins.size(); ++bin) {
      const ScorecardBin& of = characteristic.bins[bin];
      terms_.push_back(term(characteristic, of));
      if (of.takes != BinTakes::kValues) column.missing = bin;
      const bool range = !column.categorical && of.takes != BinTakes::kMissing;
      if (range && std::isfinite(of.below)) column.bounds.push_back(of.below);
    }
    for (const auto& [category, bin] : CategoriesOf(characteristic)) {
      column.categories.push_back(category);
      column.bins.push_back(bin);
    }
    columns_.push_back(std::move(column));
  }
}

}  // namespace fairline
