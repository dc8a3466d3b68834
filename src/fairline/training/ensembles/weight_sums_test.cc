#include "fairline/training/ensembles/weight_sums.h"

#include <gtest/gtest.h>

#include "fairline/training/ensembles/testing_matrix.h"

namespace fairline {
namespace {

using ::testing::Test;

// 60 rows of either class in 11 columns, and the right side of a split of them.
class WeightSumsTest : public Test {
 protected:
  WeightSumsTest() {
    const auto [matrix, outcomes] = testing::Applicants(2'000, 5);
    matrix_ = matrix;
    const RowsByClass rows = ByClass(matrix_, outcomes).value();
    for (size_t outcome : {0, 1})
      rows_[outcome].assign(rows[outcome].begin(), rows[outcome].begin() + 60);
    columns_ = BinColumns(matrix_, 1).value();
  }

  // Largest difference between the sums and those of the weights made anew, over the whole.
  double Gap(const Bag& bag, const WeightSums& sums, std::span<const double> weights) const {
    double gap = 0, whole = 0;
    for (double weight : weights) whole += weight;
    for (size_t column = 0; column < matrix_.columns(); ++column) {
      std::array<std::array<double, 256>, 2> anew{};
      for (size_t row = 0; row < bag.size(); ++row) {
        anew[row >= bag.half()][bag.Code(column, row)] += weights[row];
      }
      for (size_t outcome : {0, 1}) {
        for (size_t bin = 0; bin < 256; ++bin) {
          const double kept = sums.Of(outcome, column)[bin] * sums.Unit(outcome);
          gap = std::max(gap, std::abs(kept - anew[outcome][bin]));
        }
      }
    }
    return gap / whole;
  }

  EncodedMatrix matrix_;
  BinnedColumns columns_;
  RowsByClass rows_;
};

TEST_F(WeightSumsTest, FollowTheWeightsThroughManyRounds) {
  const Bag bag(matrix_, columns_, rows_);
  std::vector<double> weights(bag.size(), 1.0 / 120);
  WeightSums sums(bag);
  sums.Start(weights);
  EXPECT_EQ(Gap(bag, sums, weights), 0);
  Random random(3);
  for (int round = 0; round < 100; ++round) {
    std::vector<uint8_t> right(bag.size());
    Reweighing done{.right = right};
    // Small and large sides; factors of SAMME, of SAMME.R, and once in a while one that is extreme.
    const uint64_t share = 1 + random.Below(9);
    for (size_t row = 0; row < bag.size(); ++row) {
      right[row] = random.Below(10) < share;
      done.rows_right[row >= bag.half()] += right[row];
    }
    for (auto& side : done.factors) {
      for (double& factor : side) factor = random.Below(2) == 0 ? 1 : 0.3 + random.Uniform() * 3;
    }
    if (round % 10 == 9) done.factors[0][1] = 1e9;
    done.sum = 0;
    for (size_t row = 0; row < bag.size(); ++row) {
      weights[row] *= done.factors[right[row]][row >= bag.half()];
      done.sum += weights[row];
    }
    for (double& weight : weights) weight /= done.sum;
    if (round % 15 == 14) {
      weights[7] = 0.1;
      done.kept_from_zero = true;
    }
    sums.Follow(done, weights);
    EXPECT_LT(Gap(bag, sums, weights), 1e-14) << "round " << round;
  }
}

}  // namespace
}  // namespace fairline
