// Values are sorted once; equal ones stay together, so that every row of a value has one bin.
#include "fairline/training/scorecard/prebins.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "fairline/models/scorecard.h"

namespace fairline {
namespace {

struct Group {
  double value = 0;
  OutcomeCounts counts;
};

std::vector<Group> GroupsOfNumbers(const FeatureColumn& column, OutcomeCounts& missing) {
  std::vector<size_t> order;
  order.reserve(column.rows());
  for (size_t row = 0; row < column.rows(); ++row) {
    if (std::isnan(column.value(row))) {
      missing.Add(column.outcomes[row] == 1, column.weight(row));
    } else {
      order.push_back(row);
    }
  }
  std::ranges::stable_sort(order, {}, [&](size_t row) { return column.value(row); });
  std::vector<Group> groups;
  for (const size_t row : order) {
    const double value = column.value(row);
    if (groups.empty() || groups.back().value != value) groups.push_back({.value = value});
    groups.back().counts.Add(column.outcomes[row] == 1, column.weight(row));
  }
  return groups;
}

std::vector<Group> GroupsOfCategories(const FeatureColumn& column, OutcomeCounts& missing) {
  std::map<int64_t, OutcomeCounts> counts;
  OutcomeCounts everybody;
  for (size_t row = 0; row < column.rows(); ++row) {
    const bool is_bad = column.outcomes[row] == 1;
    const int64_t category = CategoryOf(column.value(row));
    (category < 0 ? missing : counts[category]).Add(is_bad, column.weight(row));
    everybody.Add(is_bad, column.weight(row));
  }
  std::vector<Group> groups;
  for (const auto& [category, count] : counts) {
    groups.push_back({.value = static_cast<double>(category), .counts = count});
  }
  std::ranges::stable_sort(
      groups, {}, [&](const Group& group) { return CautiousRate(group.counts, everybody); });
  return groups;
}

/// First group of each run.
std::vector<size_t> RunsOf(const std::vector<Group>& groups, double share) {
  int64_t rows = 0;
  for (const Group& group : groups) rows += group.counts.rows();
  const double enough = share * static_cast<double>(rows);
  std::vector<size_t> starts;
  double in_run = enough;  // the first group opens a run
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto in_group = static_cast<double>(groups[i].counts.rows());
    if (in_run >= enough || in_group >= enough || i == 0) {
      starts.push_back(i);
      in_run = 0;
    }
    in_run += in_group;
  }
  return starts;
}

}  // namespace

OutcomeCounts PreBins::Total() const {
  OutcomeCounts total = missing;
  for (const OutcomeCounts& count : counts) total += count;
  return total;
}

double CautiousRate(const OutcomeCounts& counts, const OutcomeCounts& everybody) {
  constexpr double kRows = 20;
  const double share = static_cast<double>(everybody.rows()) / (everybody.good + everybody.bad);
  const double added = kRows / share;  // in the unit of the weights
  const double rate = everybody.bad / (everybody.good + everybody.bad);
  return (counts.bad + added * rate) / (counts.good + counts.bad + added);
}

double ShortestBetween(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high)) return high;
  for (int digits = -15; digits <= 15; ++digits) {
    const double power = std::pow(10.0, std::abs(digits));
    const double bound =
        digits < 0 ? std::floor(high / power) * power : std::floor(high * power) / power;
    if (bound > low && bound <= high) return bound;
  }
  return high;
}

PreBins MakePreBins(const FeatureColumn& column, double share) {
  PreBins bins;
  const std::vector<Group> groups = column.categorical ? GroupsOfCategories(column, bins.missing)
                                                       : GroupsOfNumbers(column, bins.missing);
  const std::vector<size_t> starts = RunsOf(groups, share);
  for (size_t i = 0; i < starts.size(); ++i) {
    const bool is_last = i + 1 == starts.size();
    const size_t end = is_last ? groups.size() : starts[i + 1];
    bins.counts.emplace_back();
    if (column.categorical) bins.categories.emplace_back();
    for (size_t g = starts[i]; g < end; ++g) {
      bins.counts.back() += groups[g].counts;
      if (column.categorical) {
        bins.categories.back().push_back(static_cast<int32_t>(groups[g].value));
      }
    }
    if (!column.categorical) {
      bins.below.push_back(is_last ? std::numeric_limits<double>::infinity()
                                   : ShortestBetween(groups[end - 1].value, groups[end].value));
    }
  }
  return bins;
}

}  // namespace fairline
