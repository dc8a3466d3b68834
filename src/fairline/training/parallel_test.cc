#include "fairline/training/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace fairline {
namespace {

TEST(ParallelFor, DoesEveryPieceOnce) {
  std::vector<int> done(1'000);
  ASSERT_TRUE(ParallelFor(done.size(), 4, [&](size_t i) -> Status {
    ++done[i];
    return {};
  }));
  EXPECT_EQ(done, std::vector<int>(1'000, 1));
}

TEST(ParallelFor, GivesTheFirstErrorAndStops) {
  std::atomic<int> started = 0;
  const Status result = ParallelFor(100'000, 3, [&](size_t i) -> Status {
    ++started;
    if (i >= 5) return Fail(ErrorCode::kInvalidArgument, "piece " + std::to_string(i));
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "piece 5");
  EXPECT_LT(started, 100'000);
}

}  // namespace
}  // namespace fairline
