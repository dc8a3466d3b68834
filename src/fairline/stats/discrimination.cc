// Rank statistics. Ranks are multiples of one half and so exact in a double: the results do not
// depend on the order of the rows.
#include "fairline/stats/discrimination.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "fairline/core/check.h"

namespace fairline {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Calls `visit(defaults, others)` for each distinct score, in the order given.
template <typename Visit>
void ForEachTie(const std::vector<size_t>& order, std::span<const double> scores,
                std::span<const double> outcomes, Visit visit) {
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    double defaults = 0;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) {
      defaults += outcomes[order[end]];
    }
    visit(defaults, static_cast<double>(end - begin) - defaults);
    begin = end;
  }
}

/// Rank from 1 of each value among `values`, ties sharing the mean of their ranks.
std::vector<double> MidRanks(std::span<const double> values) {
  const std::vector<size_t> order = OrderByScore(values);
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = 0.5 * static_cast<double>(begin + 1 + end);
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
    begin = end;
  }
  return ranks;
}

double SampleVariance(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (double value : values) sum += (value - mean) * (value - mean);
  return sum / (n - 1);
}

}  // namespace

std::vector<size_t> OrderByScore(std::span<const double> scores) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  return order;
}

double RocAuc(std::span<const double> scores, std::span<const double> outcomes) {
  FAIRLINE_CHECK(scores.size() == outcomes.size(), "one outcome per score");
  double defaults_below = 0, others_below = 0, wins = 0;
  ForEachTie(OrderByScore(scores), scores, outcomes, [&](double defaults, double others) {
    wins += defaults * (others_below + 0.5 * others);
    defaults_below += defaults;
    others_below += others;
  });
  if (defaults_below == 0 || others_below == 0) return kUndefined;
  return wins / (defaults_below * others_below);
}

double RocAucStandardError(std::span<const double> scores, std::span<const double> outcomes) {
  FAIRLINE_CHECK(scores.size() == outcomes.size(), "one outcome per score");
  std::vector<double> default_scores, other_scores;
  for (size_t i = 0; i < scores.size(); ++i) {
    (outcomes[i] == 1 ? default_scores : other_scores).push_back(scores[i]);
  }
  const size_t m = default_scores.size(), n = other_scores.size();
  if (m < 2 || n < 2) return kUndefined;

  // A score's rank among all less its rank within its class counts the other class below it.
  std::vector<double> all = default_scores;
  all.insert(all.end(), other_scores.begin(), other_scores.end());
  const std::vector<double> ranks = MidRanks(all);
  const std::vector<double> default_ranks = MidRanks(default_scores);
  const std::vector<double> other_ranks = MidRanks(other_scores);
  std::vector<double> beaten(m), unbeaten(n);
  for (size_t i = 0; i < m; ++i) {
    beaten[i] = (ranks[i] - default_ranks[i]) / static_cast<double>(n);
  }
  for (size_t j = 0; j < n; ++j) {
    unbeaten[j] = 1 - (ranks[m + j] - other_ranks[j]) / static_cast<double>(m);
  }
  return std::sqrt(SampleVariance(beaten) / static_cast<double>(m) +
                   SampleVariance(unbeaten) / static_cast<double>(n));
}

double KolmogorovSmirnov(std::span<const double> scores, std::span<const double> outcomes) {
  FAIRLINE_CHECK(scores.size() == outcomes.size(), "one outcome per score");
  const double all_defaults = std::accumulate(outcomes.begin(), outcomes.end(), 0.0);
  const double all_others = static_cast<double>(outcomes.size()) - all_defaults;
  if (all_defaults == 0 || all_others == 0) return kUndefined;
  double defaults_below = 0, others_below = 0, distance = 0;
  ForEachTie(OrderByScore(scores), scores, outcomes, [&](double defaults, double others) {
    defaults_below += defaults;
    others_below += others;
    distance =
        std::max(distance, std::abs(others_below / all_others - defaults_below / all_defaults));
  });
  return distance;
}

double Gini(double roc_auc) { return 2 * roc_auc - 1; }

double AveragePrecision(std::span<const double> scores, std::span<const double> outcomes) {
  FAIRLINE_CHECK(scores.size() == outcomes.size(), "one outcome per score");
  const double all_defaults = std::accumulate(outcomes.begin(), outcomes.end(), 0.0);
  if (all_defaults == 0) return kUndefined;
  std::vector<size_t> order = OrderByScore(scores);
  std::ranges::reverse(order);
  double defaults_above = 0, rows_above = 0, area = 0;
  ForEachTie(order, scores, outcomes, [&](double defaults, double others) {
    defaults_above += defaults;
    rows_above += defaults + others;
    area += defaults / all_defaults * (defaults_above / rows_above);
  });
  return area;
}

}  // namespace fairline
