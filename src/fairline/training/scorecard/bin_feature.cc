// What joining missing values changes is checked: the trend that was asked for holds in the card.
#include "fairline/training/scorecard/bin_feature.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fairline {
namespace {

/// Whether each step from bin to bin still goes the way it went.
bool SameSteps(const std::vector<OutcomeCounts>& before, const std::vector<OutcomeCounts>& after) {
  for (size_t i = 1; i < before.size(); ++i) {
    if (IsRiskier(before[i], before[i - 1]) != IsRiskier(after[i], after[i - 1])) return false;
    if (IsRiskier(before[i - 1], before[i]) != IsRiskier(after[i - 1], after[i])) return false;
  }
  return true;
}

/// Adds the missing rows to the counts of a bin and says which.
size_t JoinMissing(const OutcomeCounts& missing, const OutcomeCounts& everybody,
                   std::vector<OutcomeCounts>& counts) {
  const double rate = CautiousRate(missing, everybody);
  std::vector<size_t> nearest(counts.size());
  std::iota(nearest.begin(), nearest.end(), size_t{0});
  std::ranges::stable_sort(nearest, {}, [&](size_t bin) {
    return std::abs(counts[bin].bad / (counts[bin].good + counts[bin].bad) - rate);
  });
  for (const size_t bin : nearest) {
    std::vector<OutcomeCounts> joined = counts;
    joined[bin] += missing;
    if (!SameSteps(counts, joined)) continue;
    counts = std::move(joined);
    return bin;
  }
  counts[nearest.front()] += missing;
  return nearest.front();
}

ScorecardBin MakeBin(const PreBins& prebins, size_t begin, size_t end) {
  ScorecardBin bin;
  if (!prebins.below.empty()) bin.below = prebins.below[end - 1];
  if (prebins.categories.empty()) return bin;
  for (size_t i = begin; i < end; ++i) {
    bin.categories.insert(bin.categories.end(), prebins.categories[i].begin(),
                          prebins.categories[i].end());
  }
  std::ranges::sort(bin.categories);
  return bin;
}

}  // namespace

Characteristic MakeCharacteristic(size_t feature, const PreBins& prebins, const OptimalCuts& cuts,
                                  int64_t min_outcomes) {
  Characteristic characteristic{.feature = feature, .categorical = !prebins.categories.empty()};
  const OutcomeCounts everybody = prebins.Total();
  std::vector<OutcomeCounts> counts;
  for (size_t i = 0; i < cuts.starts.size() && !prebins.counts.empty(); ++i) {
    const size_t end = i + 1 < cuts.starts.size() ? cuts.starts[i + 1] : prebins.counts.size();
    characteristic.bins.push_back(MakeBin(prebins, cuts.starts[i], end));
    counts.push_back(
        std::accumulate(prebins.counts.begin() + static_cast<ptrdiff_t>(cuts.starts[i]),
                        prebins.counts.begin() + static_cast<ptrdiff_t>(end), OutcomeCounts{},
                        [](OutcomeCounts sum, const OutcomeCounts& next) { return sum += next; }));
  }
  const OutcomeCounts& missing = prebins.missing;
  if (counts.empty() ||
      std::min(missing.good_rows, missing.bad_rows) >= std::max<int64_t>(1, min_outcomes)) {
    characteristic.bins.push_back({.takes = BinTakes::kMissing});
    counts.push_back(missing);
  } else {
    characteristic.bins[JoinMissing(missing, everybody, counts)].takes =
        BinTakes::kValuesAndMissing;
  }
  for (size_t i = 0; i < counts.size(); ++i) {
    ScorecardBin& bin = characteristic.bins[i];
    bin.good = counts[i].good;
    bin.bad = counts[i].bad;
    // A lone bin may hold one outcome only beside missing values; it then says nothing.
    if (bin.good > 0 && bin.bad > 0) bin.woe = WeightOfEvidence(counts[i], everybody);
  }
  return characteristic;
}

Characteristic BinFeature(size_t feature, const FeatureColumn& column, double prebin_share,
                          const BinRules& rules) {
  const PreBins prebins = MakePreBins(column, prebin_share);
  BinRules of_column = rules;
  if (column.categorical) of_column.trend = MonotoneTrend::kAscending;
  const OptimalCuts cuts = FindOptimalCuts(prebins.counts, prebins.Total(), of_column);
  return MakeCharacteristic(feature, prebins, cuts, rules.min_outcomes);
}

}  // namespace fairline
