// A bag's margin is a sum of steps, each of one feature, so what it does at a threshold does not
// depend on the other features.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "fairline/core/random.h"
#include "fairline/models/monotone/value_cells.h"
#include "fairline/models/monotonicity.h"

namespace fairline {
namespace {

constexpr int kRowsTried = 256;

/// By how much at most the bag's margin goes the wrong way over the whole range of the feature; 0
/// when it is proved not to. Rounding counts only where votes of one threshold pull both ways: else
/// each vote goes the right way, and so does every sum of them that BagMargin rounds: the feature's
/// and then the margin, the others being what they were.
double WrongWay(const StumpBag& bag, size_t feature, double sign) {
  struct Jump {
    double sum = 0;
    bool wrong = false;
  };
  std::map<double, Jump> jumps;
  double magnitude = 0;
  for (const Stump& stump : bag.stumps) {
    magnitude += std::max(std::abs(stump.left_vote), std::abs(stump.right_vote));
    if (stump.feature != static_cast<int32_t>(feature)) continue;
    Jump& jump = jumps[stump.threshold];
    const double change = sign * (stump.right_vote - stump.left_vote);
    jump.sum += change;
    jump.wrong = jump.wrong || change < 0;
  }
  // Sums of n terms err by less than n units of their magnitudes, in whichever order (Higham 2002).
  constexpr double kUnit = std::numeric_limits<double>::epsilon() / 2;
  const double margin = 8 * static_cast<double>(bag.stumps.size() + 1) * kUnit * magnitude;
  double wrong_way = 0;
  for (const auto& [threshold, jump] : jumps) {
    if (jump.wrong && jump.sum < margin) wrong_way += margin - jump.sum;
  }
  return wrong_way;
}

std::vector<FeatureCells> CellsOf(const StumpEnsemble& model) {
  std::vector<FeatureCells> cells(model.feature_names.size());
  for (const StumpBag& bag : model.bags) {
    for (const Stump& stump : bag.stumps) {
      if (stump.feature >= 0) cells[stump.feature].cuts.push_back(stump.threshold);
    }
  }
  for (FeatureCells& feature : cells) {
    std::ranges::sort(feature.cuts);
    feature.cuts.erase(std::ranges::unique(feature.cuts).begin(), feature.cuts.end());
  }
  return cells;
}

/// With the others as they are in `row`, the two values of the feature between which the model
/// score goes the wrong way most.
std::optional<Counterexample> WrongWayFrom(const StumpEnsemble& model, const FeatureCells& cells,
                                           size_t feature, double sign, std::vector<double> row) {
  std::optional<Counterexample> found;
  std::vector<double> best;
  double best_score = 0, widest = 0;
  for (uint32_t cell = 0; cell < cells.count(); ++cell) {
    const std::optional<double> value = ValueIn(cells, cell);
    if (!value) continue;
    row[feature] = *value;
    const double score = ModelScore(model, row);
    if (best.empty() || sign * score > sign * best_score) {
      best = row;
      best_score = score;
    } else if (sign * (best_score - score) > widest) {
      widest = sign * (best_score - score);
      found = Counterexample{best, row, best_score, score};
    }
  }
  return found;
}

}  // namespace

Result<Monotonicity> CheckMonotonicity(const StumpEnsemble& model, size_t feature,
                                       Direction direction) {
  if (feature >= model.feature_names.size()) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("the model has no feature {}", feature));
  }
  const double sign = direction == Direction::kIncreasing ? 1 : -1;
  double wrong_way = 0;
  for (const StumpBag& bag : model.bags) wrong_way += WrongWay(bag, feature, sign);
  if (wrong_way == 0) return Monotonicity{};
  const std::vector<FeatureCells> cells = CellsOf(model);
  Random random(1);
  for (int tried = 0; tried < kRowsTried; ++tried) {
    std::vector<double> row;
    for (const FeatureCells& other : cells) {
      const auto cell =
          tried == 0 ? (other.count() - 1) / 2 : static_cast<uint32_t>(random.Below(other.count()));
      row.push_back(ValueIn(other, cell).value_or(0));
    }
    auto found = WrongWayFrom(model, cells[feature], feature, sign, std::move(row));
    if (found) {
      return Monotonicity{.verdict = MonotonicityVerdict::kRefuted,
                          .counterexample = *std::move(found)};
    }
  }
  // The logistic curve is nowhere steeper than a quarter; the rest is its own rounding.
  constexpr double kSlope = 0.25, kRounding = 1e-15;
  return Monotonicity{
      .verdict = MonotonicityVerdict::kUndecided,
      .bound = kSlope * wrong_way / static_cast<double>(model.bags.size()) + kRounding};
}

}  // namespace fairline
