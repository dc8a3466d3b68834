#include "fairline/training/ensembles/weight_sums.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace fairline {
namespace {

// Every round adds a rounding or two; and a ratio far from 1 would leave the digits of a
// difference.
constexpr int kMostFollowed = 16;
constexpr double kLargestRatio = 1'024;

// Eight columns a row, or those that the last block has.
template <size_t kLanes>
inline void Add(uint64_t word, double weight, double* sums) {
  if constexpr (kLanes > 0) {
    sums[CodeIn(word, 0)] += weight;
    Add<kLanes - 1>(word >> 8, weight, sums + 256);
  }
}

// Two classes at once: a column's sum is next needed only after fifteen others.
template <size_t kLanes>
void AddUpBlock(const uint64_t* words, const WeightSums::Gains& paid,
                const WeightSums::Gains& defaulted, double* paid_sums, double* defaulted_sums) {
  const auto add = [words](const WeightSums::Gains& gains, size_t i, double* sums) {
    Add<kLanes>(words[gains.rows.data()[i]], gains.weights.data()[i], sums);
  };
  const size_t both = std::min(paid.rows.size(), defaulted.rows.size());
  for (size_t i = 0; i < both; ++i) {
    add(paid, i, paid_sums);
    add(defaulted, i, defaulted_sums);
  }
  for (size_t i = both; i < paid.rows.size(); ++i) add(paid, i, paid_sums);
  for (size_t i = both; i < defaulted.rows.size(); ++i) add(defaulted, i, defaulted_sums);
}

template <size_t... kLess>
constexpr auto BlockAdders(std::index_sequence<kLess...>) {
  return std::array{&AddUpBlock<kLess + 1>...};
}
constexpr auto kAddUpBlock = BlockAdders(std::make_index_sequence<kColumnBlock>());

}  // namespace

WeightSums::WeightSums(const Bag& bag)
    : bag_(bag), sums_(bag.columns().blocks() * 2 * kColumnBlock * kBins) {}

void WeightSums::Start(std::span<const double> weights) {
  std::ranges::fill(sums_, 0);
  units_ = {1, 1};
  followed_ = 0;
  for (size_t outcome : {0, 1}) {
    const size_t half = bag_.half(), begin = outcome * half;
    gains_[outcome].rows.resize(half);
    std::iota(gains_[outcome].rows.begin(), gains_[outcome].rows.end(), begin);
    const std::span<const double> some = weights.subspan(begin, half);
    gains_[outcome].weights.assign(some.begin(), some.end());
  }
  AddUp();
}

void WeightSums::AddUp() {
  const size_t columns = bag_.columns().columns.size();
  for (size_t block = 0; block < bag_.columns().blocks(); ++block) {
    const size_t lanes = std::min(kColumnBlock, columns - block * kColumnBlock);
    double* const sums = sums_.data() + block * 2 * kColumnBlock * kBins;
    kAddUpBlock[lanes - 1](bag_.Block(block), gains_[0], gains_[1], sums,
                           sums + kColumnBlock * kBins);
  }
}

void WeightSums::Follow(const Reweighing& round, std::span<const double> weights) {
  bool steady = !round.kept_from_zero && ++followed_ < kMostFollowed;
  for (size_t outcome : {0, 1}) {
    const double ratio = round.factors[0][outcome] / round.factors[1][outcome];
    steady &= ratio < kLargestRatio && ratio > 1 / kLargestRatio;
  }
  if (!steady) return Start(weights);
  for (size_t outcome : {0, 1}) Gain(outcome, round, weights);
  AddUp();
}

void WeightSums::Gain(size_t outcome, const Reweighing& round, std::span<const double> weights) {
  const size_t half = bag_.half(), begin = outcome * half, right = round.rows_right[outcome];
  const uint8_t smaller = right * 2 <= half;
  // Rows of the larger side keep what they have in the sums: their factor becomes the unit's.
  const double larger_factor = round.factors[1 - smaller][outcome];
  units_[outcome] *= larger_factor / round.sum;
  const double gain = (1 - larger_factor / round.factors[smaller][outcome]) / units_[outcome];
  Gains& gains = gains_[outcome];
  const size_t count = smaller == 1 ? right : half - right;
  gains.rows.resize(half + 1);
  uint32_t* next = gains.rows.data();
  for (size_t row = begin; row < begin + half; ++row) {
    *next = static_cast<uint32_t>(row);
    next += round.right.data()[row] == smaller;
  }
  gains.rows.resize(count);
  gains.weights.resize(count);
  for (size_t i = 0; i < count; ++i) {
    gains.weights.data()[i] = weights.data()[gains.rows.data()[i]] * gain;
  }
}

}  // namespace fairline
