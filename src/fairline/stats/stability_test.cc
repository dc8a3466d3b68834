#include "fairline/stats/stability.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace fairline {
namespace {

using Counts = std::vector<size_t>;

TEST(PopulationStabilityIndex, AgreesWithNumPy) {
  // sum((p - q) * log(p / q)) of the shares.
  EXPECT_NEAR(PopulationStabilityIndex(Counts{100, 200, 300, 400}, Counts{30, 70, 90, 60}),
              0.12323560327577193, 1e-14);
}

TEST(PopulationStabilityIndex, IsFiniteWhereABinIsEmpty) {
  const double index = PopulationStabilityIndex(Counts{50, 50}, Counts{10, 0});
  EXPECT_GT(index, 0.1);
  EXPECT_LT(index, 10);
  EXPECT_EQ(PopulationStabilityIndex(Counts{50}, Counts{10}), 0);
}

RC_GTEST_PROP(PopulationStabilityIndex, IsSymmetricAndZeroForTheSameShares, ()) {
  Counts one, other, twice;
  for (int bin = 0; bin < 5; ++bin) {
    one.push_back(*rc::gen::inRange<size_t>(1, 100));
    other.push_back(*rc::gen::inRange<size_t>(1, 100));
    twice.push_back(2 * one.back());
  }
  const double there = PopulationStabilityIndex(one, other);
  RC_ASSERT(std::abs(there - PopulationStabilityIndex(other, one)) < 1e-12);
  RC_ASSERT(there >= 0);
  RC_ASSERT(PopulationStabilityIndex(one, twice) == 0);
}

}  // namespace
}  // namespace fairline
