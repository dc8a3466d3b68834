#include "fairline/stats/histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <numeric>

namespace fairline {
namespace {

using Numbers = std::vector<double>;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

TEST(QuantileEdges, CutsEqualGroups) {
  const Numbers values{4, 1, 3, 2, kMissing};
  EXPECT_EQ(QuantileEdges(values, 2), (Numbers{2}));
  EXPECT_EQ(QuantileEdges(values, 4), (Numbers{1, 2, 3}));
}

TEST(QuantileEdges, HasNoEmptyBinsForFlagsAndConstants) {
  EXPECT_EQ(QuantileEdges(Numbers{0, 0, 0, 0, 0, 0, 0, 1}, 4), (Numbers{0}));
  EXPECT_TRUE(QuantileEdges(Numbers{5, 5, 5}, 4).empty());
  EXPECT_TRUE(QuantileEdges(Numbers{kMissing}, 4).empty());
}

TEST(CountInto, PutsAnEdgeIntoTheBinBelow) {
  const Histogram histogram = CountInto({1, 3}, Numbers{1, 2, 3, 4, kMissing, -5});
  EXPECT_EQ(histogram.counts, (std::vector<size_t>{2, 2, 1}));
  EXPECT_EQ(histogram.missing, 1u);
}

RC_GTEST_PROP(QuantileEdges, LeaveNoBinEmpty, ()) {
  const auto values = *rc::gen::nonEmpty(rc::gen::container<Numbers>(
      rc::gen::map(rc::gen::inRange(0, 9), [](int v) { return v + 0.; })));
  const size_t bins = *rc::gen::inRange<size_t>(1, 8);
  const Histogram histogram = CountInto(QuantileEdges(values, bins), values);
  RC_ASSERT(histogram.counts.size() <= bins);
  for (size_t count : histogram.counts) RC_ASSERT(count > 0u);
  RC_ASSERT(std::accumulate(histogram.counts.begin(), histogram.counts.end(), size_t{0}) ==
            values.size());
}

}  // namespace
}  // namespace fairline
