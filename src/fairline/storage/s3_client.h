// Signed requests to one bucket, tried again when the server or the way to it fails for a moment.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "fairline/core/clock.h"
#include "fairline/core/result.h"
#include "fairline/storage/s3_http.h"
#include "fairline/storage/s3_location.h"
#include "fairline/storage/s3_signature.h"

namespace fairline {

struct S3Call {
  std::string method;
  std::string key = {};  // empty: the bucket itself
  std::map<std::string, std::string> query = {};
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string_view body = {};
};

class S3Client {
 public:
  enum class Retry { kYes, kNo };

  S3Client(S3Location location, S3Credentials credentials, const Clock& clock);

  /// A 2xx answer, whose body goes to `sink` when there is one; everything else is the error that
  /// S3Failure makes of it. Thread-safe.
  Result<HttpResponse> Send(const S3Call& call, BodySink* sink = nullptr,
                            Retry retry = Retry::kYes);

 private:
  HttpRequest Sign(const S3Call& call, const std::string& payload_sha256) const;
  std::expected<HttpResponse, HttpFailure> Attempt(const S3Call& call,
                                                   const std::string& payload_sha256,
                                                   BodySink* sink);

  const S3Location location_;
  const S3Credentials credentials_;
  const Clock& clock_;
  HttpClient http_;
};

}  // namespace fairline
