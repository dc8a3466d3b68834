// The rules bind a bin or two neighbours, so the best partition that ends in a given bin is found
// from those that end in the bin before it. A trend is a row of legs (up, down); a state knows the
// leg it is on.
#include "fairline/training/scorecard/optimal_cuts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/core/math.h"
#include "fairline/stats/tail_probabilities.h"

namespace fairline {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

enum class Leg { kUp, kDown, kAny };

std::vector<Leg> LegsOf(MonotoneTrend trend) {
  switch (trend) {
    case MonotoneTrend::kAscending:
      return {Leg::kUp};
    case MonotoneTrend::kDescending:
      return {Leg::kDown};
    case MonotoneTrend::kPeak:
      return {Leg::kUp, Leg::kDown};
    case MonotoneTrend::kValley:
      return {Leg::kDown, Leg::kUp};
    case MonotoneTrend::kAuto:
    case MonotoneTrend::kNone:
      break;
  }
  return {Leg::kAny};
}

bool Follows(Leg leg, const OutcomeCounts& before, const OutcomeCounts& after) {
  const bool up = IsRiskier(after, before);
  const bool down = IsRiskier(before, after);
  return leg == Leg::kUp ? up : leg == Leg::kDown ? down : up || down;
}

double PValue(const OutcomeCounts& a, const OutcomeCounts& b) {
  const auto rows_a = static_cast<double>(a.rows()), rows_b = static_cast<double>(b.rows());
  const auto bad_a = static_cast<double>(a.bad_rows), bad_b = static_cast<double>(b.bad_rows);
  const double rate = (bad_a + bad_b) / (rows_a + rows_b);
  const double error = std::sqrt(rate * (1 - rate) * (1 / rows_a + 1 / rows_b));
  return TwoSidedNormalTail((bad_a / rows_a - bad_b / rows_b) / error);
}

class Search {
 public:
  Search(std::span<const OutcomeCounts> prebins, const OutcomeCounts& total, const BinRules& rules)
      : n_(prebins.size()), rules_(rules), legs_(LegsOf(rules.trend)), bins_(n_ * n_) {
    for (size_t first = 0; first < n_; ++first) {
      OutcomeCounts counts;
      for (size_t last = first; last < n_; ++last) {
        Bin& bin = BinAt(first, last);
        bin.counts = counts += prebins[last];
        if (Allowed(counts)) bin.value = ValueOf(counts, total);
      }
    }
    states_.resize(legs_.size() * n_ * n_);
  }

  OptimalCuts Run() {
    for (size_t last = 0; last < n_; ++last) {
      for (size_t first = 0; first <= last; ++first) {
        if (BinAt(first, last).value == kImpossible) continue;
        for (size_t leg = 0; leg < legs_.size(); ++leg) Extend(leg, first, last);
      }
    }
    return Best();
  }

 private:
  struct Bin {
    OutcomeCounts counts;
    double value = kImpossible;
  };
  /// The best partition of the pre-bins up to `last` whose last bin is [first, last].
  struct State {
    double value = kImpossible;
    size_t first_before = 0, leg_before = 0;
  };

  Bin& BinAt(size_t first, size_t last) { return bins_[first * n_ + last]; }
  State& StateAt(size_t leg, size_t first, size_t last) {
    return states_[(leg * n_ + first) * n_ + last];
  }

  bool Allowed(const OutcomeCounts& counts) const {
    return static_cast<double>(counts.rows()) >= rules_.min_rows &&
           std::min(counts.good_rows, counts.bad_rows) >= std::max<int64_t>(1, rules_.min_outcomes);
  }

  static double ValueOf(const OutcomeCounts& counts, const OutcomeCounts& total) {
    return (counts.good / total.good - counts.bad / total.bad) * WeightOfEvidence(counts, total);
  }

  void Extend(size_t leg, size_t first, size_t last) {
    const Bin& bin = BinAt(first, last);
    State& state = StateAt(leg, first, last);
    if (first == 0) {
      if (leg == 0) state.value = bin.value;
      return;
    }
    for (size_t before = 0; before < first; ++before) {
      for (size_t leg_before = leg == 0 ? 0 : leg - 1; leg_before <= leg; ++leg_before) {
        const double value = StateAt(leg_before, before, first - 1).value + bin.value;
        if (!(value > state.value)) continue;
        const OutcomeCounts& neighbour = BinAt(before, first - 1).counts;
        if (!Follows(legs_[leg], neighbour, bin.counts)) continue;
        if (rules_.max_p_value < 1 && PValue(neighbour, bin.counts) > rules_.max_p_value) continue;
        state = {.value = value, .first_before = before, .leg_before = leg_before};
      }
    }
  }

  OptimalCuts Best() {
    OptimalCuts cuts{.trend = rules_.trend};
    double best = kImpossible;
    size_t best_leg = 0, first = 0, last = n_ - 1;
    for (size_t leg = 0; leg < legs_.size(); ++leg) {
      for (size_t begin = 0; begin < n_; ++begin) {
        if (StateAt(leg, begin, last).value <= best) continue;
        best = StateAt(leg, begin, last).value;
        best_leg = leg;
        first = begin;
      }
    }
    if (best == kImpossible) return {.starts = {0}, .trend = rules_.trend};
    cuts.information_value = best;
    for (size_t leg = best_leg; first > 0;) {
      cuts.starts.push_back(first);
      const State state = StateAt(leg, first, last);
      last = first - 1;
      first = state.first_before;
      leg = state.leg_before;
    }
    cuts.starts.push_back(0);
    std::ranges::reverse(cuts.starts);
    return cuts;
  }

  size_t n_;
  BinRules rules_;
  std::vector<Leg> legs_;
  std::vector<Bin> bins_;
  std::vector<State> states_;
};

}  // namespace

std::string_view MonotoneTrendName(MonotoneTrend trend) {
  switch (trend) {
    case MonotoneTrend::kAuto:
      return "auto";
    case MonotoneTrend::kAscending:
      return "ascending";
    case MonotoneTrend::kDescending:
      return "descending";
    case MonotoneTrend::kPeak:
      return "peak";
    case MonotoneTrend::kValley:
      return "valley";
    case MonotoneTrend::kNone:
      return "none";
  }
  return "";
}

double WeightOfEvidence(const OutcomeCounts& counts, const OutcomeCounts& total) {
  return Log((counts.good / total.good) / (counts.bad / total.bad));
}

OptimalCuts FindOptimalCuts(std::span<const OutcomeCounts> prebins, const OutcomeCounts& total,
                            const BinRules& rules) {
  if (prebins.empty()) return {.starts = {0}, .trend = MonotoneTrend::kNone};
  if (rules.trend != MonotoneTrend::kAuto) return Search(prebins, total, rules).Run();
  BinRules one_way = rules;
  one_way.trend = MonotoneTrend::kAscending;
  OptimalCuts up = Search(prebins, total, one_way).Run();
  one_way.trend = MonotoneTrend::kDescending;
  OptimalCuts down = Search(prebins, total, one_way).Run();
  return down.information_value > up.information_value ? down : up;
}

}  // namespace fairline
