#include "fairline/training/ensembles/adaboost.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "fairline/core/math.h"
#include "fairline/models/float32_threshold.h"
#include "fairline/training/ensembles/both_classes.h"

namespace fairline {
namespace {

// Thresholds are written to files that hold no infinity.
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// What a split does to the rows of a bag. [0] is the left side, [1] the right one.
struct Sides {
  std::vector<uint8_t> right;                      // per row
  std::array<std::array<size_t, 2>, 2> rows{};     // per side and class
  std::array<std::array<double, 2>, 2> weights{};  // per side and class

  bool Predicts(size_t side) const { return weights[side][1] > weights[side][0]; }
  size_t Rows(size_t side) const { return rows[side][0] + rows[side][1]; }
  double Total() const { return weights[0][0] + weights[0][1] + weights[1][0] + weights[1][1]; }
  double Wrong() const { return weights[0][!Predicts(0)] + weights[1][!Predicts(1)]; }
};

void Divide(Bag& bag, const Split& split, std::vector<uint8_t>& right) {
  std::array<uint8_t, 256> side{};
  for (size_t code = split.bin + 1; code < side.size(); ++code) side[code] = 1;
  side[bag.columns().columns[split.column].bins] = !split.missing_left;
  const uint64_t* const words = bag.Block(split.column / kColumnBlock);
  const size_t lane = split.column % kColumnBlock, size = bag.size();
  uint8_t* const out = right.data();
  for (size_t row = 0; row < size; ++row) out[row] = side[CodeIn(words[row], lane)];
  const std::span<const BagValue> rows = bag.Sorted(split.column, split.bin);
  for (const BagValue& value : rows.subspan(split.left_of_bin)) right[value.row] = 1;
}

Sides SidesOf(Bag& bag, const std::optional<Split>& split, std::span<const double> weights) {
  Sides sides{std::vector<uint8_t>(bag.size())};
  if (split) Divide(bag, *split, sides.right);
  const size_t half = bag.half();
  const uint8_t* const goes_right = sides.right.data();
  BothClasses left{}, right{};
  BothBits on_right{};
  for (size_t i = 0; i < half; ++i) {
    const BothBits is_right{goes_right[i], goes_right[half + i]};
    const BothClasses both = OfBoth(weights.data(), half, i);
    left += Where(is_right - 1, both);  // adding 0 changes no sum
    right += Where(-is_right, both);
    on_right += is_right;
  }
  for (size_t outcome : {0, 1}) {
    sides.weights[0][outcome] = left[outcome];
    sides.weights[1][outcome] = right[outcome];
    sides.rows[1][outcome] = static_cast<size_t>(on_right[outcome]);
    sides.rows[0][outcome] = half - sides.rows[1][outcome];
  }
  return sides;
}

// Where the bag does not know, missing values go where more of its rows went.
bool MissingLeft(const Bag& bag, const Split& split, const Sides& sides) {
  if (bag.ExtentOf(split.column).missing) return split.missing_left;
  return sides.Rows(0) > sides.Rows(1);
}

Stump StumpOf(const Bag& bag, const std::optional<Split>& split, const Sides& sides) {
  const auto left = static_cast<double>(sides.Rows(0));
  const auto right = static_cast<double>(sides.Rows(1));
  if (!split) return {.feature = -1, .left_cover = left + right};
  return {.feature = static_cast<int32_t>(split->column),
          .threshold = std::min(ThresholdForDoubles(split->threshold), kLargest),
          .missing_left = MissingLeft(bag, *split, sides),
          .left_cover = left,
          .right_cover = right};
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

// Multiplies, divides by the sum and keeps weights away from 0. Nothing if the sum is not a number.
std::optional<Reweighing> Reweigh(const Bag& bag, const Sides& sides, const Say& say,
                                  std::vector<double>& weights) {
  double sum = 0;
  const auto multiply = [&, right = sides.right.data(), each = weights.data()](
                            size_t begin, size_t end, size_t outcome) {
    const double factors[] = {say.factors[0][outcome], say.factors[1][outcome]};
    for (size_t row = begin; row < end; ++row) {
      each[row] *= factors[right[row]];
      sum += each[row];
    }
  };
  const size_t half = bag.half();
  multiply(0, half, 0);
  multiply(half, 2 * half, 1);
  if (!std::isfinite(sum) || sum <= 0) return std::nullopt;
  double* const each = weights.data();
  BothClasses totals{};
  BothBits too_small{};
  for (size_t i = 0; i < half; ++i) {
    BothClasses both = OfBoth(each, half, i) / sum;
    const BothBits small = both < kEpsilon;
    both = small ? BothClasses{kEpsilon, kEpsilon} : both;
    too_small |= small;
    each[i] = both[0];
    each[half + i] = both[1];
    totals += both;
  }
  return Reweighing{.right = sides.right,
                    .rows_right = sides.rows[1],
                    .factors = say.factors,
                    .sum = sum,
                    .totals = {totals[0], totals[1]},
                    .kept_from_zero = (too_small[0] | too_small[1]) != 0};
}

}  // namespace

Result<StumpBag> TrainAdaBoost(Bag& bag, const AdaBoostOptions& options, const Progress& progress) {
  StumpBag made;
  std::vector<double> weights(bag.size(), 1 / static_cast<double>(bag.size()));
  StumpSearch search(bag, options.grower, weights);
  double said = 0;
  for (int round = 0; round < options.stumps; ++round) {
    FAIRLINE_TRY(progress.CheckCancelled());
    const std::optional<Split> split = search.Best(weights);
    const Sides sides = SidesOf(bag, split, weights);
    const bool samme = options.boosting == Boosting::kSamme;
    if (samme && sides.Wrong() >= sides.Total() / 2) {
      if (made.stumps.empty()) made.stumps.push_back(StumpOf(bag, {}, sides));
      break;
    }
    const Say say = samme ? SammeSays(sides, options.learning_rate)
                          : SammeRSays(sides, split.has_value(), options.learning_rate);
    made.stumps.push_back(StumpOf(bag, split, sides));
    made.stumps.back().left_vote = say.left;
    made.stumps.back().right_vote = say.right;
    said += say.of_all;
    if (sides.Wrong() == 0 || round + 1 == options.stumps) break;
    const std::optional<Reweighing> done = Reweigh(bag, sides, say, weights);
    if (!done) break;
    search.Follow(*done, weights);
  }
  for (Stump& stump : made.stumps) {
    if (said == 0) break;
    stump.left_vote /= said;
    stump.right_vote /= said;
  }
  return made;
}

}  // namespace fairline
