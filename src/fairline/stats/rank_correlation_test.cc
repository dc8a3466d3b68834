#include "fairline/stats/rank_correlation.h"

#include <gmock/gmock.h>

#include <cmath>

namespace fairline {
namespace {

using ::testing::ElementsAre;

TEST(MidRanks, TiesShareTheMeanOfTheirRanks) {
  EXPECT_THAT(MidRanks(std::vector<double>{3, 1, 3, -2}), ElementsAre(3.5, 2, 3.5, 1));
  EXPECT_TRUE(MidRanks({}).empty());
}

TEST(RankCorrelation, SeesOrderOnly) {
  const std::vector<double> rising = {1, 2, 3, 4}, steep = {0, 1, 100, 1e9}, falling = {4, 3, 2, 1};
  EXPECT_DOUBLE_EQ(RankCorrelation(rising, steep), 1);
  EXPECT_DOUBLE_EQ(RankCorrelation(rising, falling), -1);
  // scipy.stats.spearmanr([1, 2, 2, 4], [1, 3, 2, 4]) = 0.9486832980505138
  EXPECT_NEAR(RankCorrelation(std::vector<double>{1, 2, 2, 4}, std::vector<double>{1, 3, 2, 4}),
              0.9486832980505138, 1e-15);
}

TEST(RankCorrelation, IsUndefinedWithoutAnOrder) {
  EXPECT_TRUE(std::isnan(RankCorrelation(std::vector<double>{1, 1}, std::vector<double>{1, 2})));
  EXPECT_TRUE(std::isnan(RankCorrelation({}, {})));
}

}  // namespace
}  // namespace fairline
