// Both shapes of an error, and the statuses.
#include "fairline/server/problem.h"

#include <gtest/gtest.h>

#include "fairline/core/json.h"

namespace fairline {
namespace {

const Error kFaulty{ErrorCode::kInvalidArgument,
                    "AMT_CREDIT: must be a number",
                    "row 12 of secret.db",
                    {{"AMT_CREDIT", "must be a number"}}};

TEST(ProblemTest, FaultyFieldIs422AsAProblemAnd400InPlainStyle) {
  const Response problem = ErrorResponse(kFaulty, ErrorStyle::kProblem, "id-1");
  EXPECT_EQ(problem.status, 422);
  EXPECT_EQ(problem.content_type, "application/problem+json");
  EXPECT_EQ(*Json::Parse(problem.body),
            *Json::Parse(R"({"type":"/problems/invalid-request","title":"Unprocessable Content",
                "status":422,"detail":"AMT_CREDIT: must be a number","instance":"id-1",
                "errors":[{"field":"AMT_CREDIT","message":"must be a number"}]})"));
  const Response plain = ErrorResponse(kFaulty, ErrorStyle::kPlain, "id-1");
  EXPECT_EQ(plain.status, 400);
  EXPECT_EQ(*Json::Parse(plain.body), *Json::Parse(R"({"error":"AMT_CREDIT: must be a number",
                "fields":[{"field":"AMT_CREDIT","message":"must be a number"}],
                "request_id":"id-1"})"));
}

TEST(ProblemTest, MalformedInputIs400InBothStyles) {
  const Error error{ErrorCode::kInvalidArgument, "not JSON", {}, {}};
  EXPECT_EQ(HttpStatus(error, ErrorStyle::kProblem), 400);
  EXPECT_EQ(HttpStatus(error, ErrorStyle::kPlain), 400);
}

TEST(ProblemTest, OurOwnFaultsTellNothing) {
  for (ErrorCode code : {ErrorCode::kInternal, ErrorCode::kDataLoss}) {
    const Response response =
        ErrorResponse(Error{code, "table x is gone", "/var/db", {}}, ErrorStyle::kProblem, "id-1");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("table"), std::string::npos);
    EXPECT_EQ(response.body.find("/var"), std::string::npos);
  }
}

TEST(ProblemTest, DetailStaysHere) {
  for (auto style : {ErrorStyle::kProblem, ErrorStyle::kPlain}) {
    EXPECT_EQ(ErrorResponse(kFaulty, style, "id").body.find("secret"), std::string::npos);
  }
}

TEST(ProblemTest, UnavailableSaysWhenToTryAgain) {
  const Error error{ErrorCode::kUnavailable, "the queue is full", {}, {}};
  const Response response = ErrorResponse(error, ErrorStyle::kPlain, "id");
  EXPECT_EQ(response.status, 503);
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0].first, "Retry-After");
}

}  // namespace
}  // namespace fairline
