#include "fairline/stats/cut_off_figures.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace fairline {
namespace {

using Numbers = std::vector<double>;
const Numbers kPds{0.1, 0.2, 0.3, 0.4, 0.5};
const Numbers kOutcomes{0, 1, 0, 0, 1};

TEST(ConfusionAt, RefusesFromTheThresholdUp) {
  const Confusion confusion = ConfusionAt(0.3, kPds, kOutcomes);
  EXPECT_EQ(confusion.refused_defaults, 1u);
  EXPECT_EQ(confusion.refused_good, 2u);
  EXPECT_EQ(confusion.approved_defaults, 1u);
  EXPECT_EQ(confusion.approved_good, 1u);
  EXPECT_DOUBLE_EQ(confusion.precision(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(confusion.recall(), 0.5);
  EXPECT_DOUBLE_EQ(confusion.balanced_accuracy(), (1.0 / 2 + 1.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(confusion.f1(), 0.4);
  EXPECT_DOUBLE_EQ(confusion.approval_rate(), 0.4);
  EXPECT_DOUBLE_EQ(confusion.approved_default_rate(), 0.5);
  EXPECT_DOUBLE_EQ(confusion.CostPerRow(10, 1), 12.0 / 5);
}

TEST(ConfusionAt, HasZerosWhereNobodyIsRefused) {
  const Confusion confusion = ConfusionAt(0.9, kPds, kOutcomes);
  EXPECT_EQ(confusion.precision(), 0);
  EXPECT_EQ(confusion.f1(), 0);
  EXPECT_EQ(confusion.approval_rate(), 1);
}

TEST(BestFBeta, PrefersRecallAsBetaGrows) {
  EXPECT_EQ(BestFBeta(0.2, kPds, kOutcomes).threshold, 0.5);
  const ThresholdChoice choice = BestFBeta(3.2, kPds, kOutcomes);
  EXPECT_EQ(choice.threshold, 0.2);
  EXPECT_DOUBLE_EQ(choice.value, (1 + 10.24) * 2 / ((1 + 10.24) * 2 + 2));
}

TEST(CheapestThreshold, MayRefuseNobody) {
  EXPECT_EQ(CheapestThreshold(10, 1, kPds, kOutcomes).threshold, 0.2);
  EXPECT_TRUE(std::isinf(CheapestThreshold(1, 10, Numbers{0.9, 0.5}, Numbers{0, 0}).threshold));
}

TEST(BreakEvenPd, FollowsTheCosts) {
  EXPECT_DOUBLE_EQ(BreakEvenPd(10, 1), 1.0 / 11);
  EXPECT_DOUBLE_EQ(BreakEvenPd(1, 1), 0.5);
}

RC_GTEST_PROP(CheapestThreshold, IsBeatenByNoThreshold, ()) {
  const auto rows = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 20), rc::gen::arbitrary<bool>())));
  Numbers pds, outcomes;
  for (const auto& [pd, is_default] : rows) {
    pds.push_back(pd / 20.0);
    outcomes.push_back(is_default ? 1 : 0);
  }
  const ThresholdChoice cheapest = CheapestThreshold(10, 1, pds, outcomes);
  const ThresholdChoice best = BestFBeta(2, pds, outcomes);
  RC_ASSERT(ConfusionAt(cheapest.threshold, pds, outcomes).CostPerRow(10, 1) == cheapest.value);
  RC_ASSERT(ConfusionAt(best.threshold, pds, outcomes).FBeta(2) == best.value);
  for (int step = 0; step <= 21; ++step) {
    const Confusion other = ConfusionAt(step / 20.0, pds, outcomes);
    RC_ASSERT(other.CostPerRow(10, 1) >= cheapest.value);
    RC_ASSERT(other.FBeta(2) <= best.value);
  }
}

}  // namespace
}  // namespace fairline
