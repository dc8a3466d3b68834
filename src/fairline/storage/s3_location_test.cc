// Where an s3:// URL leads.
#include "fairline/storage/s3_location.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(S3LocationTest, AmazonByTheNameOfTheBucket) {
  const auto location = ParseS3Url("s3://models/prod/eu/?region=eu-west-1", "us-east-1");
  ASSERT_TRUE(location) << location.error().message;
  EXPECT_EQ(location->origin, "https://models.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(location->host, "models.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(location->root, "/");
  EXPECT_EQ(location->prefix, "prod/eu/");
  EXPECT_EQ(location->region, "eu-west-1");
  EXPECT_EQ(ParseS3Url("s3://models", "us-west-2")->region, "us-west-2");
  EXPECT_EQ(ParseS3Url("s3://models", "us-west-2")->prefix, "");
}

TEST(S3LocationTest, ABucketWithADotHasNoCertificateOfItsOwn) {
  const auto location = ParseS3Url("s3://models.prod", "us-east-1");
  EXPECT_EQ(location->origin, "https://s3.us-east-1.amazonaws.com");
  EXPECT_EQ(location->root, "/models.prod/");
}

TEST(S3LocationTest, AnotherServer) {
  const auto by_path =
      ParseS3Url("s3://models/a?endpoint=http://127.0.0.1:7070&ca_file=%2Fetc/ca.pem", "x");
  ASSERT_TRUE(by_path) << by_path.error().message;
  EXPECT_EQ(by_path->origin, "http://127.0.0.1:7070");
  EXPECT_EQ(by_path->host, "127.0.0.1:7070");
  EXPECT_EQ(by_path->root, "/models/");
  EXPECT_EQ(by_path->ca_file, "/etc/ca.pem");
  const auto by_host =
      ParseS3Url("s3://models?endpoint=https://store.example:443/&path_style=false", "x");
  ASSERT_TRUE(by_host) << by_host.error().message;
  EXPECT_EQ(by_host->origin, "https://models.store.example");
  EXPECT_EQ(by_host->host, "models.store.example");
  EXPECT_EQ(by_host->root, "/");
  EXPECT_EQ(ParseS3Url("s3://models?endpoint=http://[::1]:80", "x")->host, "[::1]");
}

TEST(S3LocationTest, SaysWhatIsWrong) {
  const struct {
    const char* url;
    const char* message;
  } cases[] = {
      {"s3://", "names no bucket"},
      {"s3://UPPER", "names no bucket"},
      {"s3://-ab", "names no bucket"},
      {"s3://models:80", "names no bucket"},
      {"s3://key:secret@models", "AWS_ACCESS_KEY_ID"},
      {"s3://models/../x", "cannot be stored"},
      {"s3://models?zone=1", "\"zone\" is none of endpoint, region, path_style, ca_file"},
      {"s3://models?region=", "region"},
      {"s3://models?region=EU", "region"},
      {"s3://models?path_style=yes", "true or false"},
      {"s3://models?endpoint=ftp://host", "endpoint"},
      {"s3://models?endpoint=https://host/path", "endpoint"},
      {"s3://models?endpoint=https://u:secret@host", "endpoint"},
      {"s3://models?endpoint=host:80", "endpoint"},
      {"s3://models?region=a&region=b", "twice"},
  };
  for (const auto& each : cases) {
    const auto location = ParseS3Url(each.url, "us-east-1");
    ASSERT_FALSE(location) << each.url;
    EXPECT_EQ(location.error().code, ErrorCode::kInvalidArgument) << each.url;
    EXPECT_THAT(location.error().message, HasSubstr(each.message)) << each.url;
    EXPECT_THAT(location.error().message, Not(HasSubstr("secret"))) << each.url;
  }
}

}  // namespace
}  // namespace fairline
