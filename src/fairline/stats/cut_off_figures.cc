// Both searches walk the rows once by ascending probability, moving each tied group from "refused"
// to "approved", and so look at every cut-off that can make a difference.
#include "fairline/stats/cut_off_figures.h"

#include <limits>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/stats/discrimination.h"

namespace fairline {
namespace {

double Ratio(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Calls `visit(threshold, confusion)` for each distinct probability, ascending, then for
/// +infinity.
template <typename Visit>
void ForEachThreshold(std::span<const double> probabilities, std::span<const double> outcomes,
                      Visit visit) {
  FAIRLINE_CHECK(probabilities.size() == outcomes.size(), "one outcome per probability");
  const std::vector<size_t> order = OrderByScore(probabilities);
  Confusion confusion;
  for (double outcome : outcomes) {
    ++(outcome == 1 ? confusion.refused_defaults : confusion.refused_good);
  }
  for (size_t i = 0; i < order.size();) {
    const double threshold = probabilities[order[i]];
    visit(threshold, confusion);
    for (; i < order.size() && probabilities[order[i]] == threshold; ++i) {
      const bool is_default = outcomes[order[i]] == 1;
      --(is_default ? confusion.refused_defaults : confusion.refused_good);
      ++(is_default ? confusion.approved_defaults : confusion.approved_good);
    }
  }
  visit(std::numeric_limits<double>::infinity(), confusion);
}

}  // namespace

size_t Confusion::rows() const {
  return refused_defaults + refused_good + approved_defaults + approved_good;
}
double Confusion::precision() const {
  return Ratio(refused_defaults, refused_defaults + refused_good);
}
double Confusion::recall() const {
  return Ratio(refused_defaults, refused_defaults + approved_defaults);
}
double Confusion::balanced_accuracy() const {
  return (recall() + Ratio(approved_good, approved_good + refused_good)) / 2;
}
double Confusion::FBeta(double beta) const {
  if (refused_defaults == 0) return 0;
  const double hits = (1 + beta * beta) * static_cast<double>(refused_defaults);
  return hits / (hits + beta * beta * static_cast<double>(approved_defaults) +
                 static_cast<double>(refused_good));
}
double Confusion::approval_rate() const { return Ratio(approved_defaults + approved_good, rows()); }
double Confusion::approved_default_rate() const {
  return Ratio(approved_defaults, approved_defaults + approved_good);
}
double Confusion::CostPerRow(double cost_false_negative, double cost_false_positive) const {
  return (cost_false_negative * static_cast<double>(approved_defaults) +
          cost_false_positive * static_cast<double>(refused_good)) /
         static_cast<double>(rows());
}

Confusion ConfusionAt(double threshold, std::span<const double> probabilities,
                      std::span<const double> outcomes) {
  FAIRLINE_CHECK(probabilities.size() == outcomes.size(), "one outcome per probability");
  Confusion confusion;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const bool refused = probabilities[i] >= threshold;
    if (outcomes[i] == 1) {
      ++(refused ? confusion.refused_defaults : confusion.approved_defaults);
    } else {
      ++(refused ? confusion.refused_good : confusion.approved_good);
    }
  }
  return confusion;
}

ThresholdChoice BestFBeta(double beta, std::span<const double> probabilities,
                          std::span<const double> outcomes) {
  ThresholdChoice best{.threshold = std::numeric_limits<double>::infinity(), .value = -1};
  ForEachThreshold(probabilities, outcomes, [&](double threshold, const Confusion& confusion) {
    const double value = confusion.FBeta(beta);
    if (value > best.value) best = {threshold, value};
  });
  return best;
}

ThresholdChoice CheapestThreshold(double cost_false_negative, double cost_false_positive,
                                  std::span<const double> probabilities,
                                  std::span<const double> outcomes) {
  ThresholdChoice best{.value = std::numeric_limits<double>::infinity()};
  ForEachThreshold(probabilities, outcomes, [&](double threshold, const Confusion& confusion) {
    const double cost = confusion.CostPerRow(cost_false_negative, cost_false_positive);
    if (cost <= best.value) best = {threshold, cost};
  });
  return best;
}

double BreakEvenPd(double cost_false_negative, double cost_false_positive) {
  return cost_false_positive / (cost_false_positive + cost_false_negative);
}

}  // namespace fairline
