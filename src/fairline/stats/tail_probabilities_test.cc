#include "fairline/stats/tail_probabilities.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace fairline {
namespace {

TEST(ChiSquareTail, AgreesWithSciPy) {
  // scipy.stats.chi2.sf(x, df), SciPy 1.17.
  struct Case {
    double x;
    int degrees_of_freedom;
    double tail;
  };
  for (const auto& [x, degrees_of_freedom, tail] : {
           Case{0.5, 1, 0.47950012218695337},
           {3.841458820694124, 1, 0.04999999999999989},
           {25, 1, 5.733031437583875e-07},
           {100, 1, 1.5239706048320995e-23},
           {3, 2, 0.22313016014842982},
           {13.36156613651173, 8, 0.09999999999999996},
           {40, 10, 1.694474393006737e-05},
           {7.3, 9, 0.6059162118046403},
           {200, 7, 1.147781224014262e-39},
       }) {
    EXPECT_NEAR(ChiSquareTail(x, degrees_of_freedom) / tail, 1, 1e-12) << x;
  }
}

TEST(ChiSquareTail, HoldsAtTheEnds) {
  EXPECT_EQ(ChiSquareTail(0, 5), 1);
  EXPECT_EQ(ChiSquareTail(std::numeric_limits<double>::infinity(), 1), 0);
  EXPECT_EQ(ChiSquareTail(std::numeric_limits<double>::infinity(), 10), 0);
  EXPECT_TRUE(std::isnan(ChiSquareTail(std::nan(""), 3)));
}

TEST(TwoSidedNormalTail, KnowsTheCustomaryQuantile) {
  EXPECT_NEAR(TwoSidedNormalTail(1.959963984540054), 0.05, 1e-15);
  EXPECT_EQ(TwoSidedNormalTail(-1.5), TwoSidedNormalTail(1.5));
}

RC_GTEST_PROP(ChiSquareTail, FallsWithTheStatisticAndRisesWithTheFreedom, ()) {
  const double x = *rc::gen::inRange(1, 4000) / 100.0;
  const int degrees_of_freedom = *rc::gen::inRange(1, 30);
  const double tail = ChiSquareTail(x, degrees_of_freedom);
  const double further = ChiSquareTail(x + 0.01, degrees_of_freedom);
  const double freer = ChiSquareTail(x, degrees_of_freedom + 1);
  RC_ASSERT(tail > 0 && tail <= 1);
  // Nearer to 1 doubles cannot tell them apart: with 12 degrees of freedom 0.01 leaves 1 - 2e-17.
  constexpr double kTellable = 1 - 1e-12;
  RC_PRE(tail < kTellable);
  RC_ASSERT(further < tail && freer > tail);
}

}  // namespace
}  // namespace fairline
