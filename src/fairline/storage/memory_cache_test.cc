// What is kept, for how long, and what goes first.
#include "fairline/storage/memory_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace fairline {
namespace {

using ::testing::HasSubstr;

class MemoryCacheTest : public ::testing::Test {
 protected:
  std::unique_ptr<Cache> Make(size_t capacity_bytes) {
    return MakeMemoryCache(capacity_bytes, clock_, metrics_);
  }

  ManualClock clock_{0};
  Metrics metrics_;
};

TEST_F(MemoryCacheTest, GivesBackTheLastValue) {
  const auto cache = Make(10'000);
  const std::string bytes("\0\xff\r\n", 4);
  EXPECT_EQ(cache->Get("key"), std::nullopt);
  cache->Put("key", "old", 60);
  cache->Put("key", bytes, 60);
  cache->Put("", "", 60);
  EXPECT_EQ(cache->Get("key"), bytes);
  EXPECT_EQ(cache->Get(""), "");
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_cache_requests_total{result=\"hit\"} 2"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_cache_requests_total{result=\"miss\"} 1"));
}

TEST_F(MemoryCacheTest, ForgetsWhenTheTimeIsOver) {
  const auto cache = Make(10'000);
  cache->Put("key", "value", 2);
  clock_.Advance(1'999'999);
  EXPECT_EQ(cache->Get("key"), "value");
  clock_.Advance(1);
  EXPECT_EQ(cache->Get("key"), std::nullopt);
  cache->Put("key", "value", 0);
  EXPECT_EQ(cache->Get("key"), std::nullopt);
}

TEST_F(MemoryCacheTest, TheLeastRecentlyUsedGoesFirst) {
  const auto cache = Make(3500);  // three values of 1000 bytes and what it takes to find them
  const std::string value(1000, 'x');
  for (const char* key : {"a", "b", "c"}) cache->Put(key, value, 60);
  EXPECT_TRUE(cache->Get("a"));
  cache->Put("d", value, 60);
  EXPECT_EQ(cache->Get("b"), std::nullopt);
  for (const char* key : {"a", "c", "d"}) EXPECT_TRUE(cache->Get(key)) << key;
}

TEST_F(MemoryCacheTest, ReplacingTakesNoFurtherRoom) {
  const auto cache = Make(3500);
  const std::string value(1000, 'x');
  cache->Put("a", value, 60);
  for (int i = 0; i < 10; ++i) cache->Put("b", value, 60);
  EXPECT_TRUE(cache->Get("a"));
}

TEST_F(MemoryCacheTest, AValueThatDoesNotFitPushesNothingOut) {
  const auto cache = Make(3500);
  cache->Put("a", "small", 60);
  cache->Put("b", std::string(5000, 'x'), 60);
  EXPECT_EQ(cache->Get("b"), std::nullopt);
  EXPECT_EQ(cache->Get("a"), "small");
  cache->Put("a", std::string(5000, 'x'), 60);  // the old value would be wrong by now
  EXPECT_EQ(cache->Get("a"), std::nullopt);
}

TEST_F(MemoryCacheTest, ManyThreads) {
  const auto cache = Make(20'000);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k < 2000; ++k) {
          const std::string key = std::to_string((i + k) % 200);
          cache->Put(key, key + key, 60);
          if (const auto value = cache->Get(key); value && *value != key + key) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace fairline
