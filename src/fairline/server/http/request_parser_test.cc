// The parser against requests a client or an attacker may send, whole and byte by byte.
#include "fairline/server/http/request_parser.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

using State = RequestParser::State;

/// Feeds `bytes` in pieces of `step` as a connection would; returns what is left over.
std::string FeedAll(RequestParser& parser, std::string bytes, size_t step,
                    size_t body_limit = 100) {
  std::string pending;
  size_t sent = 0;
  bool limited = false;
  while (parser.state() == State::kHead || parser.state() == State::kBody) {
    const size_t taken = parser.Feed(pending);
    pending.erase(0, taken);
    if (parser.state() == State::kBody && !limited) {
      limited = true;
      parser.LimitBody(body_limit);
    } else if (taken == 0 && (parser.state() == State::kHead || parser.state() == State::kBody)) {
      if (sent == bytes.size()) break;
      pending += bytes.substr(sent, step);
      sent = std::min(bytes.size(), sent + step);
    }
  }
  return pending + bytes.substr(sent);
}

const char kPost[] =
    "POST /predict?trace=1 HTTP/1.1\r\nHost: a\r\ncontent-TYPE: application/json\r\n"
    "Content-Length: 4\r\n\r\n{\"a\"";

TEST(RequestParserTest, ReadsARequestHoweverItIsCut) {
  for (size_t step : {1u, 2u, 7u, 1000u}) {
    RequestParser parser(1024);
    EXPECT_EQ(FeedAll(parser, kPost, step), "");
    ASSERT_EQ(parser.state(), State::kComplete) << step << ": " << parser.refusal();
    EXPECT_EQ(parser.request().method, "POST");
    EXPECT_EQ(parser.request().path, "/predict");
    EXPECT_EQ(parser.request().query, "trace=1");
    EXPECT_EQ(parser.request().Header("Content-Type"), "application/json");
    EXPECT_EQ(parser.request().body, "{\"a\"");
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(RequestParserTest, LeavesTheNextPipelinedRequestAlone) {
  RequestParser parser(1024);
  const std::string rest = FeedAll(parser, std::string(kPost) + "GET /livez HTTP/1.1\r\n", 1000);
  EXPECT_EQ(parser.state(), State::kComplete);
  EXPECT_EQ(rest, "GET /livez HTTP/1.1\r\n");
  parser.Reset();
  FeedAll(parser, rest + "Host: b\r\n\r\n", 3);
  ASSERT_EQ(parser.state(), State::kComplete);
  EXPECT_EQ(parser.request().path, "/livez");
  EXPECT_EQ(parser.request().body, "");
}

TEST(RequestParserTest, ReadsChunks) {
  for (size_t step : {1u, 1000u}) {
    RequestParser parser(1024);
    FeedAll(parser,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            step);
    ASSERT_EQ(parser.state(), State::kComplete) << parser.refusal();
    EXPECT_EQ(parser.request().body, "abcde");
  }
}

TEST(RequestParserTest, AbsoluteFormAndHttp10) {
  RequestParser parser(1024);
  FeedAll(parser, "GET http://host:1/livez?x HTTP/1.1\r\nHost: host\r\n\r\n", 1000);
  EXPECT_EQ(parser.request().path, "/livez");
  parser.Reset();
  FeedAll(parser, "GET /livez HTTP/1.0\r\n\r\n", 1000);
  ASSERT_EQ(parser.state(), State::kComplete);
  EXPECT_FALSE(parser.keep_alive());
}

struct Case {
  const char* name;
  std::string bytes;
  int status;
};

class RefusalTest : public testing::TestWithParam<Case> {};

TEST_P(RefusalTest, HasItsStatus) {
  for (size_t step : {1u, 1000u}) {
    RequestParser parser(512);
    FeedAll(parser, GetParam().bytes, step);
    ASSERT_EQ(parser.state(), State::kRefused);
    EXPECT_EQ(parser.refusal_status(), GetParam().status) << parser.refusal();
    EXPECT_NE(parser.refusal(), "");
    EXPECT_FALSE(parser.keep_alive());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Bad, RefusalTest,
    testing::Values(
        Case{"not_http", "hello there\r\n\r\n", 400},
        Case{"version", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
        Case{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
        Case{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Case{"long_header", "GET / HTTP/1.1\r\nX: " + std::string(600, 'x') + "\r\n\r\n", 431},
        Case{"long_target", "GET /" + std::string(600, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
        Case{"declared_body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413},
        Case{"chunked_body",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", 413},
        Case{
            "length_and_chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            400},
        Case{"two_lengths",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
        Case{"other_coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        Case{"space_in_name", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        Case{"negative_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace fairline
