// Nothing is lost, what waits is bounded, and one piece of work does not keep others waiting.
#include "fairline/server/middleware/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace fairline {
namespace {

TEST(WorkersTest, OneThatWaitsDoesNotHoldUpTheOthers) {
  Workers workers(2);
  std::promise<void> release, done;
  ASSERT_TRUE(workers.Submit([&] { release.get_future().wait(); }));
  ASSERT_TRUE(workers.Submit([&] { done.set_value(); }));
  done.get_future().wait();
  release.set_value();
}

TEST(WorkersTest, TheQueueIsBoundedAndDoneBeforeTheEnd) {
  std::atomic<int> ran = 0;
  int accepted = 0;
  {
    Workers workers(1);
    std::promise<void> started, release;
    ASSERT_TRUE(workers.Submit([&] {
      started.set_value();
      release.get_future().wait();
    }));
    started.get_future().wait();
    while (accepted < 1'000'000 && workers.Submit([&] { ++ran; })) ++accepted;
    EXPECT_EQ(ran, 0);
    release.set_value();
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 1'000'000);
  EXPECT_EQ(ran, accepted);
}

}  // namespace
}  // namespace fairline
