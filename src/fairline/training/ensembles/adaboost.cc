#include "fairline/training/ensembles/adaboost.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "fairline/core/math.h"
#include "fairline/models/float32_threshold.h"

namespace fairline {
namespace {

// Thresholds are written to files that hold no infinity.
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// What a split does to the rows of a bag. [0] is the left side, [1] the right one.
struct Sides {
  std::vector<uint8_t> right;                      // per row
  std::array<double, 2> rows{};                    // per side
  std::array<std::array<double, 2>, 2> weights{};  // per side and class

  bool Predicts(size_t side) const { return weights[side][1] > weights[side][0]; }
  double Total() const { return weights[0][0] + weights[0][1] + weights[1][0] + weights[1][1]; }
  double Wrong() const { return weights[0][!Predicts(0)] + weights[1][!Predicts(1)]; }
};

void Divide(Bag& bag, const Split& split, std::vector<uint8_t>& right) {
  const size_t missing = bag.columns().columns[split.column].bins;
  for (size_t row = 0; row < bag.size(); ++row) {
    const size_t code = bag.Code(split.column, row);
    right[row] = code == missing ? !split.missing_left : code > split.bin;
  }
  const std::span<const BagValue> rows = bag.Sorted(split.column, split.bin);
  for (const BagValue& value : rows.subspan(split.left_of_bin)) right[value.row] = 1;
}

Sides SidesOf(Bag& bag, const std::optional<Split>& split, std::span<const double> weights) {
  Sides sides{std::vector<uint8_t>(bag.size())};
  if (split) Divide(bag, *split, sides.right);
  for (size_t row = 0; row < bag.size(); ++row) {
    const uint8_t side = sides.right[row];
    ++sides.rows[side];
    sides.weights[side][row >= bag.paid()] += weights[row];
  }
  return sides;
}

Stump StumpOf(const std::optional<Split>& split, const Sides& sides) {
  if (!split) return {.feature = -1, .left_cover = sides.rows[0] + sides.rows[1]};
  return {.feature = static_cast<int32_t>(split->column),
          .threshold = std::min(ThresholdForDoubles(split->threshold), kLargest),
          .missing_left = split->missing_left,
          .left_cover = sides.rows[0],
          .right_cover = sides.rows[1]};
}

// Log-odds of default on a side, of probabilities kept away from 0.
double LogOddsOf(const Sides& sides, size_t side) {
  const auto [paid, defaulted] = sides.weights[side];
  const double total = paid + defaulted;
  return Log(std::max(defaulted / total, kEpsilon)) - Log(std::max(paid / total, kEpsilon));
}

// How much a stump says before the votes are divided by what all of them say, and what it
// multiplies the weight of a row with, by side and class.
struct Say {
  double left = 0, right = 0;
  double of_all = 1;
  std::array<std::array<double, 2>, 2> factors{{{1, 1}, {1, 1}}};
};

Say SammeSays(const Sides& sides, double learning_rate) {
  const double error = sides.Wrong() / sides.Total();
  Say say;
  say.of_all = error > 0 ? learning_rate * Log((1 - error) / error) : 1;
  say.left = sides.Predicts(0) ? 2 * say.of_all : -2 * say.of_all;
  say.right = sides.Predicts(1) ? 2 * say.of_all : -2 * say.of_all;
  for (size_t side : {0, 1}) say.factors[side][!sides.Predicts(side)] = Exp(say.of_all);
  return say;
}

Say SammeRSays(const Sides& sides, bool split, double learning_rate) {
  Say say;
  say.left = LogOddsOf(sides, 0);
  say.right = split ? LogOddsOf(sides, 1) : say.left;
  for (size_t side : {0, 1}) {
    const double step = Exp(learning_rate / 2 * (side == 0 ? say.left : say.right));
    say.factors[side] = {step, 1 / step};
  }
  return say;
}

// Multiplies, divides by the sum and keeps weights away from 0. False if the sum is not a number.
bool Reweigh(const Bag& bag, const Sides& sides, const Say& say, std::vector<double>& weights) {
  double sum = 0;
  for (size_t row = 0; row < weights.size(); ++row) {
    weights[row] *= say.factors[sides.right[row]][row >= bag.paid()];
    sum += weights[row];
  }
  if (!std::isfinite(sum) || sum <= 0) return false;
  for (double& weight : weights) weight = std::max(weight / sum, kEpsilon);
  return true;
}

}  // namespace

Result<StumpBag> TrainAdaBoost(Bag& bag, const AdaBoostOptions& options, const Progress& progress) {
  StumpBag made;
  StumpSearch search(bag, options.grower);
  std::vector<double> weights(bag.size(), 1 / static_cast<double>(bag.size()));
  double said = 0;
  for (int round = 0; round < options.stumps; ++round) {
    FAIRLINE_TRY(progress.CheckCancelled());
    const std::optional<Split> split = search.Best(weights);
    const Sides sides = SidesOf(bag, split, weights);
    const bool samme = options.boosting == Boosting::kSamme;
    if (samme && sides.Wrong() >= sides.Total() / 2) {
      if (made.stumps.empty()) made.stumps.push_back(StumpOf({}, sides));
      break;
    }
    const Say say = samme ? SammeSays(sides, options.learning_rate)
                          : SammeRSays(sides, split.has_value(), options.learning_rate);
    made.stumps.push_back(StumpOf(split, sides));
    made.stumps.back().left_vote = say.left;
    made.stumps.back().right_vote = say.right;
    said += say.of_all;
    if (sides.Wrong() == 0 || !Reweigh(bag, sides, say, weights)) break;
  }
  for (Stump& stump : made.stumps) {
    if (said == 0) break;
    stump.left_vote /= said;
    stump.right_vote /= said;
  }
  return made;
}

}  // namespace fairline
