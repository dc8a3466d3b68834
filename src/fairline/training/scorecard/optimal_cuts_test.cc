#include "fairline/training/scorecard/optimal_cuts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "fairline/stats/tail_probabilities.h"

namespace fairline {
namespace {

using testing::ElementsAre;

OutcomeCounts Counts(int64_t good, int64_t bad) {
  return {.good = static_cast<double>(good),
          .bad = static_cast<double>(bad),
          .good_rows = good,
          .bad_rows = bad};
}

OutcomeCounts Sum(std::span<const OutcomeCounts> prebins) {
  OutcomeCounts sum;
  for (const OutcomeCounts& counts : prebins) sum += counts;
  return sum;
}

double Rate(const OutcomeCounts& counts) { return counts.bad / (counts.good + counts.bad); }

bool Keeps(const std::vector<OutcomeCounts>& bins, const BinRules& rules) {
  bool fell = false, rose = false;
  for (size_t i = 0; i < bins.size(); ++i) {
    if (static_cast<double>(bins[i].rows()) < rules.min_rows) return false;
    if (std::min(bins[i].good_rows, bins[i].bad_rows) < rules.min_outcomes) return false;
    if (i == 0) continue;
    const double before = Rate(bins[i - 1]), after = Rate(bins[i]);
    const auto n = static_cast<double>(bins[i - 1].rows()), m = static_cast<double>(bins[i].rows());
    const double pooled = (bins[i - 1].bad + bins[i].bad) / (n + m);
    const double z = (before - after) / std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    if (rules.max_p_value < 1 && TwoSidedNormalTail(z) > rules.max_p_value) return false;
    if (IsRiskier(bins[i], bins[i - 1])) {
      rose = true;
      if (rules.trend == MonotoneTrend::kDescending) return false;
      if (rules.trend == MonotoneTrend::kPeak && fell) return false;
    } else if (IsRiskier(bins[i - 1], bins[i])) {
      fell = true;
      if (rules.trend == MonotoneTrend::kAscending) return false;
      if (rules.trend == MonotoneTrend::kValley && rose) return false;
    }
  }
  return true;
}

double ValueOf(const std::vector<OutcomeCounts>& bins, const OutcomeCounts& total) {
  double value = 0;
  for (const OutcomeCounts& bin : bins) {
    const double good = bin.good / total.good, bad = bin.bad / total.bad;
    value += (good - bad) * std::log(good / bad);
  }
  return value;
}

/// Every partition is tried.
double BestOfAll(const std::vector<OutcomeCounts>& prebins, const OutcomeCounts& total,
                 const BinRules& rules) {
  double best = 0;
  for (uint32_t cuts = 0; cuts < (1U << (prebins.size() - 1)); ++cuts) {
    std::vector<OutcomeCounts> bins(1);
    for (size_t i = 0; i < prebins.size(); ++i) {
      if (i > 0 && (cuts >> (i - 1) & 1) != 0) bins.emplace_back();
      bins.back() += prebins[i];
    }
    if (Keeps(bins, rules)) best = std::max(best, ValueOf(bins, total));
  }
  return best;
}

TEST(OptimalCuts, JoinsWhatBreaksTheTrend) {
  const std::vector<OutcomeCounts> prebins = {Counts(90, 10), Counts(80, 20), Counts(85, 15),
                                              Counts(60, 40)};
  const OptimalCuts cuts = FindOptimalCuts(prebins, Sum(prebins), {});
  EXPECT_THAT(cuts.starts, ElementsAre(0, 1, 3));
  EXPECT_EQ(cuts.trend, MonotoneTrend::kAscending);
}

TEST(OptimalCuts, AutoTakesTheWayThatTellsMore) {
  const std::vector<OutcomeCounts> prebins = {Counts(60, 40), Counts(80, 20), Counts(90, 10)};
  EXPECT_EQ(FindOptimalCuts(prebins, Sum(prebins), {}).trend, MonotoneTrend::kDescending);
  const OptimalCuts up =
      FindOptimalCuts(prebins, Sum(prebins), {.trend = MonotoneTrend::kAscending});
  EXPECT_THAT(up.starts, ElementsAre(0));
  EXPECT_EQ(up.information_value, 0);
}

TEST(OptimalCuts, BinsOfEqualRateAreOne) {
  const std::vector<OutcomeCounts> prebins = {Counts(90, 10), Counts(180, 20), Counts(60, 40)};
  for (const auto trend : {MonotoneTrend::kAuto, MonotoneTrend::kNone}) {
    EXPECT_THAT(FindOptimalCuts(prebins, Sum(prebins), {.trend = trend}).starts, ElementsAre(0, 2));
  }
}

TEST(OptimalCuts, PeakAndValleyTurnOnce) {
  const std::vector<OutcomeCounts> prebins = {Counts(90, 10), Counts(60, 40), Counts(95, 5),
                                              Counts(70, 30)};
  const auto starts = [&](MonotoneTrend trend) {
    return FindOptimalCuts(prebins, Sum(prebins), {.trend = trend}).starts;
  };
  EXPECT_THAT(starts(MonotoneTrend::kPeak), ElementsAre(0, 1, 2));
  EXPECT_THAT(starts(MonotoneTrend::kNone), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(starts(MonotoneTrend::kValley), ElementsAre(0, 2, 3));
}

TEST(OptimalCuts, OneBinWhereNoneKeepsTheRules) {
  const std::vector<OutcomeCounts> prebins = {Counts(10, 0), Counts(10, 0)};
  const OptimalCuts cuts = FindOptimalCuts(prebins, Counts(20, 5), {});
  EXPECT_THAT(cuts.starts, ElementsAre(0));
  EXPECT_EQ(cuts.information_value, 0);
  EXPECT_THAT(FindOptimalCuts({}, Counts(20, 5), {}).starts, ElementsAre(0));
}

RC_GTEST_PROP(OptimalCuts, IsTheBestOfAllPartitions, ()) {
  const auto n = *rc::gen::inRange<size_t>(1, 9);
  std::vector<OutcomeCounts> prebins;
  for (size_t i = 0; i < n; ++i) {
    const auto good = *rc::gen::inRange<int64_t>(0, 200);
    prebins.push_back(Counts(good, *rc::gen::inRange<int64_t>(0, 60)));
  }
  OutcomeCounts total = Sum(prebins);
  total += Counts(*rc::gen::inRange<int64_t>(1, 50), *rc::gen::inRange<int64_t>(1, 20));
  const BinRules rules{.trend = *rc::gen::element(MonotoneTrend::kAscending,
                                                  MonotoneTrend::kDescending, MonotoneTrend::kPeak,
                                                  MonotoneTrend::kValley, MonotoneTrend::kNone),
                       .min_rows = *rc::gen::element(0.0, 50.0, 120.0),
                       .min_outcomes = *rc::gen::element<int64_t>(1, 10),
                       .max_p_value = *rc::gen::element(1.0, 0.05)};
  const OptimalCuts cuts = FindOptimalCuts(prebins, total, rules);
  RC_ASSERT(std::abs(cuts.information_value - BestOfAll(prebins, total, rules)) < 1e-12);
  if (cuts.information_value == 0) return;
  std::vector<OutcomeCounts> bins;
  for (size_t i = 0, next = 0; i < prebins.size(); ++i) {
    if (next < cuts.starts.size() && cuts.starts[next] == i) {
      bins.emplace_back();
      ++next;
    }
    bins.back() += prebins[i];
  }
  RC_ASSERT(Keeps(bins, rules));
  RC_ASSERT(std::abs(ValueOf(bins, total) - cuts.information_value) < 1e-12);
}

}  // namespace
}  // namespace fairline
