// Which URLs name a cache.
#include "fairline/storage/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(OpenCacheTest, OpensWhatTheUrlNamesWithoutAskingIt) {
  Metrics metrics;
  for (const char* url : {"memory", "redis://nowhere.invalid", "redis://127.0.0.1:1/3",
                          "redis://user:pw@[::1]:6379", "redis://:pw@cache/"}) {
    EXPECT_TRUE(OpenCache(url, SystemClock(), metrics)) << url;
  }
}

TEST(OpenCacheTest, RefusesOtherUrlsWithoutShowingThem) {
  Metrics metrics;
  for (const char* url :
       {"", "disk", "http://secret", "redis://", "redis://user:secret@", "redis://secret@host",
        "redis://:secret@host/x", "redis://:secret@host/-1", "redis://:secret@host/1?a=b",
        "redis://:secret@host:port"}) {
    const auto cache = OpenCache(url, SystemClock(), metrics);
    ASSERT_FALSE(cache) << url;
    EXPECT_EQ(cache.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(cache.error().message, HasSubstr("cache.url"));
    EXPECT_THAT(cache.error().message, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(OpenCache("rediss://host", SystemClock(), metrics).error().message,
              HasSubstr("TLS to Redis (rediss://) is not supported"));
}

}  // namespace
}  // namespace fairline
