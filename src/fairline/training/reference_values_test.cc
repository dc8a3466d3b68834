#include "fairline/training/reference_values.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fairline/core/random.h"

namespace fairline {
namespace {

std::vector<double> Evenly(size_t n) {
  std::vector<double> pds;
  for (size_t i = 0; i < n; ++i) pds.push_back(static_cast<double>(i) / static_cast<double>(n));
  return pds;
}

TEST(ReferencePopulations, TakesTheApprovedNearestToTheCutOff) {
  const auto populations = ReferencePopulations(Evenly(2'000), 0.5, 1);
  ASSERT_EQ(populations.size(), 2u);
  EXPECT_EQ(populations[0].rows.size(), 2'000u);
  EXPECT_EQ(populations[1].rows.size(), 100u);
  EXPECT_EQ(populations[1].rows.front(), 900u);
  EXPECT_EQ(populations[1].rows.back(), 999u);
}

TEST(ReferencePopulations, TakesFiftyOfFewRowsAndNoneOfNone) {
  EXPECT_EQ(ReferencePopulations(Evenly(200), 0.5, 1)[1].rows.size(), 50u);
  EXPECT_EQ(ReferencePopulations(Evenly(200), 0.1, 1)[1].rows.size(), 20u);
  EXPECT_EQ(ReferencePopulations(std::vector<double>{0.5, 0.6}, 0.5, 1).size(), 1u);
}

TEST(ReferencePopulations, DrawsLargeOnesDownBySeed) {
  const auto once = ReferencePopulations(Evenly(12'000), 0.9, 1)[0];
  const auto again = ReferencePopulations(Evenly(12'000), 0.9, 1)[0];
  const auto other = ReferencePopulations(Evenly(12'000), 0.9, 2)[0];
  EXPECT_EQ(once.rows.size(), 5'000u);
  EXPECT_EQ(once.description, "all rows: 5000 of 12000 rows drawn with seed 1");
  EXPECT_EQ(once.rows, again.rows);
  EXPECT_NE(once.rows, other.rows);
  EXPECT_TRUE(std::ranges::adjacent_find(once.rows, std::greater_equal{}) == once.rows.end());
}

/// One split on the only feature: 1 for values above 0, else -1.
TreeEnsemble Stump() {
  Tree tree;
  tree.nodes = {{.feature = 0,
                 .missing = MissingType::kNone,
                 .threshold = 0,
                 .left = ~0,
                 .right = ~1,
                 .cover = 4}};
  tree.leaf_values = {-1, 1};
  tree.leaf_covers = {2, 2};
  return {.feature_names = {"x"}, .trees = {tree}};
}

TEST(AttributePopulations, GivesTheSameMeansOnAnyNumberOfThreads) {
  EncodedMatrix matrix{.rows = 1'000, .names = {"x"}};
  Random random(1);
  for (size_t i = 0; i < matrix.rows; ++i) matrix.values.push_back(random.Normal());
  const auto populations = ReferencePopulations(Evenly(1'000), 0.5, 1);
  const auto one = AttributePopulations(Stump(), matrix, populations, 1, {});
  const auto four = AttributePopulations(Stump(), matrix, populations, 4, {});
  ASSERT_TRUE(one && four);
  EXPECT_EQ(one->references.populations[0].mean, four->references.populations[0].mean);
  EXPECT_EQ(one->references.populations[1].rows, 50);
  EXPECT_NEAR(one->mean_absolute[0], 1, 1e-12);
}

TEST(AttributePopulations, CanBeStopped) {
  const std::atomic<bool> cancel = true;
  const EncodedMatrix matrix{.rows = 2, .names = {"x"}, .values = {1, -1}};
  const auto stopped = AttributePopulations(
      Stump(), matrix, ReferencePopulations(Evenly(2), 0.9, 1), 1, {.cancel = &cancel});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace fairline
