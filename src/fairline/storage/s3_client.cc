// The payload's digest is signed, so a server refuses bytes that were damaged on their way.
#include "fairline/storage/s3_client.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "fairline/core/hash.h"
#include "fairline/core/random.h"
#include "fairline/storage/s3_failure.h"
#include "fairline/storage/s3_xml.h"

namespace fairline {
namespace {

constexpr int kAttempts = 4;
constexpr std::chrono::milliseconds kFirstPause(200);

/// Twice as long each time, and a random part of that: clients that failed together come back
/// apart.
void PauseBefore(int attempt) {
  uint64_t seed = 0;
  FillWithEntropy(&seed, sizeof seed);
  const double share = 0.5 + 0.5 * Random(seed).Uniform();
  std::this_thread::sleep_for(kFirstPause * (share * (1 << attempt)));
}

/// The end of an upload in parts may be refused after the server began to answer 200.
bool IsLateRefusal(const S3Call& call, const HttpResponse& response) {
  if (call.method != "POST" || response.status != 200) return false;
  const auto root = ParseXml(response.body);
  return !root || root->name == "Error";
}

}  // namespace

S3Client::S3Client(S3Location location, S3Credentials credentials, const Clock& clock)
    : location_(std::move(location)),
      credentials_(std::move(credentials)),
      clock_(clock),
      http_(location_.ca_file) {}

HttpRequest S3Client::Sign(const S3Call& call, const std::string& payload_sha256) const {
  S3Request request{.method = call.method,
                    .path = location_.root + call.key,
                    .query = call.query,
                    .headers = call.headers,
                    .payload_sha256 = payload_sha256};
  request.headers["host"] = location_.host;
  request.headers["x-amz-date"] = S3Timestamp(clock_.NowMicros());
  request.headers["x-amz-content-sha256"] = payload_sha256;
  if (!credentials_.session_token.empty()) {
    request.headers["x-amz-security-token"] = credentials_.session_token;
  }
  const std::string query = S3EncodeQuery(request.query);
  HttpRequest http{.method = request.method,
                   .url = fmt::format("{}{}{}{}", location_.origin, S3EncodePath(request.path),
                                      query.empty() ? "" : "?", query),
                   .headers = request.headers,
                   .body = call.body};
  http.headers["authorization"] = S3Authorization(request, credentials_, location_.region);
  return http;
}

std::expected<HttpResponse, HttpFailure> S3Client::Attempt(const S3Call& call,
                                                           const std::string& payload_sha256,
                                                           BodySink* sink) {
  if (sink != nullptr) {
    if (const Status begun = sink->Begin(); !begun) {
      return std::unexpected(HttpFailure{begun.error()});
    }
  }
  auto response = http_.Send(Sign(call, payload_sha256), sink);
  if (!response) return response;
  if (IsLateRefusal(call, *response)) response->status = 500;
  if (response->status / 100 == 2) return response;
  return std::unexpected(HttpFailure{S3Failure(*response, location_), MayPass(*response)});
}

Result<HttpResponse> S3Client::Send(const S3Call& call, BodySink* sink, Retry retry) {
  const std::string payload_sha256 = Sha256Hex(call.body);
  for (int attempt = 0;; ++attempt) {
    auto response = Attempt(call, payload_sha256, sink);
    if (response) return *std::move(response);
    HttpFailure& failure = response.error();
    if (!failure.may_pass || retry == Retry::kNo || attempt + 1 == kAttempts) {
      return std::unexpected(std::move(failure.error));
    }
    PauseBefore(attempt);
  }
}

}  // namespace fairline
