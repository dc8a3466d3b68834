// Every log line is one JSON object on stderr.
#include "fairline/core/log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

template <typename Write>
std::string StderrOf(Write write) {
  testing::internal::CaptureStderr();
  write();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, ALineIsAnObjectWithTimeLevelEventAndFields) {
  const std::string text = StderrOf(
      [] { LogInfo("server.started", {{"port", 8000}, {"address", "a \"quoted\"\nname {} %v"}}); });
  ASSERT_EQ(std::ranges::count(text, '\n'), 1) << text;
  const Json line = *Json::Parse(text);
  EXPECT_TRUE(ParseTimestamp(line.Find("time")->string()).has_value());
  EXPECT_EQ(line.Find("level")->string(), "info");
  EXPECT_EQ(line.Find("event")->string(), "server.started");
  EXPECT_EQ(line.Find("port")->integer(), 8000);
  EXPECT_EQ(line.Find("address")->string(), "a \"quoted\"\nname {} %v");
}

TEST(Log, DropsLinesBelowTheLevel) {
  const auto count = [] {
    const std::string text = StderrOf([] {
      LogDebug("a");
      LogInfo("b");
      LogWarning("c");
      LogError("d");
    });
    return std::ranges::count(text, '\n');
  };
  EXPECT_EQ(count(), 3);
  SetLogLevel(LogLevel::kDebug);
  EXPECT_EQ(count(), 4);
  SetLogLevel(LogLevel::kError);
  EXPECT_EQ(count(), 1);
  SetLogLevel(LogLevel::kInfo);
}

TEST(Log, AnErrorIsLoggedWithBothMessages) {
  const std::string text = StderrOf(
      [] { LogError("write.failed", Error{ErrorCode::kUnavailable, "try again", "ENOSPC", {}}); });
  const Json line = *Json::Parse(text);
  EXPECT_EQ(line.Find("level")->string(), "error");
  EXPECT_EQ(line.Find("code")->string(), "unavailable");
  EXPECT_EQ(line.Find("message")->string(), "try again");
  EXPECT_EQ(line.Find("detail")->string(), "ENOSPC");
}

}  // namespace
}  // namespace fairline
