// The examples that AWS publishes for S3 ("Signature Calculations for the Authorization Header:
// Transferring Payload in a Single Chunk").
#include "fairline/storage/s3_signature.h"

#include <gtest/gtest.h>

#include "fairline/core/clock.h"
#include "fairline/core/hash.h"

namespace fairline {
namespace {

const S3Credentials kExample = {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                .session_token = ""};

S3Request Example(std::string method, std::string path, std::string_view payload) {
  const std::string digest = Sha256Hex(payload);
  return {.method = std::move(method),
          .path = std::move(path),
          .query = {},
          .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                      {"x-amz-content-sha256", digest},
                      {"x-amz-date", "20130524T000000Z"}},
          .payload_sha256 = digest};
}

std::string SignatureOf(const S3Request& request) {
  const std::string header = S3Authorization(request, kExample, "us-east-1");
  return header.substr(header.find("Signature=") + 10);
}

TEST(S3SignatureTest, GetObject) {
  S3Request request = Example("GET", "/test.txt", "");
  request.headers["range"] = "bytes=0-9";
  EXPECT_EQ(S3Authorization(request, kExample, "us-east-1"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(S3SignatureTest, PutObjectWithACharacterToEncode) {
  S3Request request = Example("PUT", "/test$file.text", "Welcome to Amazon S3.");
  request.headers["date"] = "Fri, 24 May 2013 00:00:00 GMT";
  request.headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
  EXPECT_EQ(SignatureOf(request),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(S3SignatureTest, ParameterWithoutAValue) {
  S3Request request = Example("GET", "/", "");
  request.query["lifecycle"] = "";
  EXPECT_EQ(SignatureOf(request),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(S3SignatureTest, ListObjects) {
  S3Request request = Example("GET", "/", "");
  request.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_EQ(SignatureOf(request),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(S3SignatureTest, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(S3EncodePath("/a b/c+d~e=\xc3\xbc"), "/a%20b/c%2Bd~e%3D%C3%BC");
  EXPECT_EQ(S3EncodeQuery({{"prefix", "a/b "}, {"list-type", "2"}, {"uploads", ""}}),
            "list-type=2&prefix=a%2Fb%20&uploads=");
  // '-' sorts before '%', so the encoded names are in another order than the plain ones.
  EXPECT_EQ(S3EncodeQuery({{"a b", "1"}, {"a!b", "2"}}), "a%20b=1&a%21b=2");
}

TEST(S3SignatureTest, WritesTimesWithoutFractions) {
  EXPECT_EQ(S3Timestamp(*ParseTimestamp("2013-05-24T00:00:00.999999Z")), "20130524T000000Z");
}

}  // namespace
}  // namespace fairline
