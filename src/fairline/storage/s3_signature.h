// AWS Signature Version 4 for S3, in the Authorization header
// (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). Pure: no clock, no
// network.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace fairline {

struct S3Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for keys that do not expire
};

/// What is signed of a request. Names of headers are lower-case, values as they are sent; every
/// header that is sent and listed here is signed. Paths and queries are as meant, not yet encoded.
struct S3Request {
  std::string method;
  std::string path;  // starts with a slash
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;
  std::string payload_sha256;  // 64 lower-case digits
};

/// Everything but unreserved characters (RFC 3986) as %XX; a path keeps its slashes.
std::string S3EncodePath(std::string_view path);
/// `a=1&b=`, encoded and in the order that is signed. Without the question mark.
std::string S3EncodeQuery(const std::map<std::string, std::string>& query);

/// `20130524T000000Z`, the time as signatures write it.
std::string S3Timestamp(int64_t micros_since_epoch);

/// The value of the Authorization header. The request's headers contain `host`, `x-amz-date` (from
/// S3Timestamp) and `x-amz-content-sha256`.
std::string S3Authorization(const S3Request& request, const S3Credentials& credentials,
                            std::string_view region);

}  // namespace fairline
