// URLs taken apart, and what is refused.
#include "fairline/storage/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(UrlTest, UserPasswordHostPortPathQuery) {
  const auto url = ParseUrl("redis://us%65r:p%40%3A%2Fw@[::1]:6380/3?a=b%26c&d=https://x:1&e");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->scheme, "redis");
  EXPECT_EQ(url->user, "user");
  EXPECT_EQ(url->password, "p@:/w");
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 6380);
  EXPECT_EQ(url->path, "3");
  EXPECT_THAT(url->query,
              UnorderedElementsAre(Pair("a", "b&c"), Pair("d", "https://x:1"), Pair("e", "")));
}

TEST(UrlTest, LeavesOutWhatIsNotThere) {
  const auto url = ParseUrl("redis://cache");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->user, std::nullopt);
  EXPECT_EQ(url->password, std::nullopt);
  EXPECT_EQ(url->port, std::nullopt);
  EXPECT_EQ(url->host, "cache");
  EXPECT_EQ(url->path, "");
  EXPECT_EQ(ParseUrl("redis://:pw@cache")->password, "pw");
}

TEST(UrlTest, RefusalsNeverShowThePassword) {
  for (const char* text :
       {"redis:secret@host", "redis://u:secret@host:0", "redis://u:secret@host:70000",
        "redis://u:secret@host:1x", "redis://u:secret%4@host", "redis://u:secret@[::1",
        "redis://u:secret@[::1]x", "redis://u:secret@host#x", "redis://u:secret @host",
        "redis://u:secret@host?a=1&a=2", "redis://u:secret@host?=1", "redis://u:secret/x@host"}) {
    const auto url = ParseUrl(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(url.error().message + url.error().detail, Not(HasSubstr("secret"))) << text;
  }
}

}  // namespace
}  // namespace fairline
