// What refusals of an S3 server are called. The bodies are those of the S3 reference.
#include "fairline/storage/s3_failure.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using ::testing::HasSubstr;

const S3Location kLocation = {.bucket = "models", .host = "s3.example.com", .region = "eu-west-1"};

HttpResponse Refusal(long status, std::string_view code, std::string_view more = "") {
  return {.status = status,
          .headers = {},
          .body = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code>"
                              "<Message>words of the server</Message>{}</Error>",
                              code, more)};
}

TEST(S3FailureTest, EachRefusalHasItsMeaning) {
  const struct {
    long status;
    const char* code;
    ErrorCode expected;
    const char* message;
  } cases[] = {
      {403, "InvalidAccessKeyId", ErrorCode::kPermissionDenied, "does not know the AWS_ACCESS_KEY"},
      {403, "SignatureDoesNotMatch", ErrorCode::kPermissionDenied, "AWS_SECRET_ACCESS_KEY"},
      {403, "AccessDenied", ErrorCode::kPermissionDenied,
       "do not allow this in the bucket \"models"},
      {403, "RequestTimeTooSkewed", ErrorCode::kFailedPrecondition, "clock"},
      {400, "ExpiredToken", ErrorCode::kPermissionDenied, "AWS_SESSION_TOKEN"},
      {404, "XAdminUserNotFound", ErrorCode::kPermissionDenied, "AWS_ACCESS_KEY_ID"},
      {404, "NoSuchBucket", ErrorCode::kFailedPrecondition, "has no bucket \"models\""},
      {404, "NoSuchKey", ErrorCode::kNotFound, "no such stored object"},
      {404, "NoSuchUpload", ErrorCode::kConflict, "upload"},
      {503, "SlowDown", ErrorCode::kUnavailable, "s3.example.com answers with 503 SlowDown"},
      {400, "InvalidRequest", ErrorCode::kUnavailable, "400 InvalidRequest"},
  };
  for (const auto& each : cases) {
    const Error error = S3Failure(Refusal(each.status, each.code), kLocation);
    EXPECT_EQ(error.code, each.expected) << each.code;
    EXPECT_THAT(error.message, HasSubstr(each.message)) << each.code;
    EXPECT_THAT(error.detail, HasSubstr("words of the server"));
  }
}

TEST(S3FailureTest, AnotherRegionIsNamed) {
  HttpResponse moved = Refusal(301, "PermanentRedirect");
  EXPECT_THAT(S3Failure(moved, kLocation).message, HasSubstr("not in the region \"eu-west-1\""));
  moved.headers["x-amz-bucket-region"] = "us-east-2";
  EXPECT_THAT(S3Failure(moved, kLocation).message, HasSubstr("say region=us-east-2"));
  const HttpResponse malformed =
      Refusal(400, "AuthorizationHeaderMalformed", "<Region>eu-central-1</Region>");
  EXPECT_THAT(S3Failure(malformed, kLocation).message, HasSubstr("say region=eu-central-1"));
}

TEST(S3FailureTest, AnAnswerWithoutABodyHasAMeaningToo) {
  EXPECT_EQ(S3Failure({.status = 404}, kLocation).code, ErrorCode::kNotFound);
  EXPECT_EQ(S3Failure({.status = 404, .body = "<html>"}, kLocation).code, ErrorCode::kUnavailable);
  EXPECT_EQ(S3Failure({.status = 403}, kLocation).code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(S3Failure({.status = 502, .body = "<html>"}, kLocation).code, ErrorCode::kUnavailable);
}

TEST(S3FailureTest, OnlyWhatMayPassIsTriedAgain) {
  for (const long status : {500, 502, 503, 504, 429, 408}) {
    EXPECT_TRUE(MayPass(Refusal(status, "Any"))) << status;
  }
  EXPECT_TRUE(MayPass(Refusal(400, "XAmzContentSHA256Mismatch")));
  EXPECT_TRUE(MayPass(Refusal(400, "RequestTimeout")));
  for (const long status : {200, 301, 400, 403, 404, 409, 501}) {
    EXPECT_FALSE(MayPass(Refusal(status, "Any"))) << status;
  }
}

}  // namespace
}  // namespace fairline
