// By status and by the code in the body, as the S3 reference lists them under "Error responses".
#include "fairline/storage/s3_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "fairline/storage/s3_xml.h"

namespace fairline {
namespace {

struct S3Error {
  std::string code;
  std::string message;
  std::string region;
};

/// All empty for an answer without a body, as to HEAD.
S3Error ReadError(const HttpResponse& response) {
  const auto root = ParseXml(response.body);
  if (!root || root->name != "Error") return {};
  return {root->TextOf("Code"), root->TextOf("Message"), root->TextOf("Region")};
}

// Refusals of a request that was damaged or delayed on its way.
constexpr std::array<std::string_view, 4> kPassingCodes = {
    "RequestTimeout", "XAmzContentSHA256Mismatch", "BadDigest", "IncompleteBody"};

struct Meaning {
  ErrorCode code;
  std::string message;
};

/// Refusals that say by their code alone what is wrong: servers disagree about their status.
std::optional<Meaning> MeaningOfCode(std::string_view code, const S3Location& location) {
  const struct {
    std::string_view code;
    Meaning meaning;
  } meanings[] = {
      {"InvalidAccessKeyId",
       {ErrorCode::kPermissionDenied,
        "the object store does not know the AWS_ACCESS_KEY_ID it was given"}},
      {"XAdminUserNotFound",  // versitygw's word for the same
       {ErrorCode::kPermissionDenied,
        "the object store does not know the AWS_ACCESS_KEY_ID it was given"}},
      {"SignatureDoesNotMatch",
       {ErrorCode::kPermissionDenied,
        "the object store refuses the signature: AWS_SECRET_ACCESS_KEY does not belong to "
        "AWS_ACCESS_KEY_ID"}},
      {"ExpiredToken",
       {ErrorCode::kPermissionDenied,
        "the object store refuses AWS_SESSION_TOKEN: it has expired"}},
      {"InvalidToken",
       {ErrorCode::kPermissionDenied, "the object store refuses AWS_SESSION_TOKEN: it is none"}},
      {"RequestTimeTooSkewed",
       {ErrorCode::kFailedPrecondition,
        "the clock of this machine and that of the object store differ too much: set the clock "
        "right"}},
      {"NoSuchBucket",
       {ErrorCode::kFailedPrecondition,
        fmt::format("the object store has no bucket \"{}\"", location.bucket)}},
      {"NoSuchUpload", {ErrorCode::kConflict, "the object store no longer knows of the upload"}},
  };
  for (const auto& each : meanings) {
    if (each.code == code) return each.meaning;
  }
  return std::nullopt;
}

Meaning AnotherRegion(const S3Location& location, const std::string& region) {
  return {ErrorCode::kFailedPrecondition,
          region.empty()
              ? fmt::format("the bucket \"{}\" is not in the region \"{}\" (region=… in its URL)",
                            location.bucket, location.region)
              : fmt::format("the bucket \"{}\" is in the region \"{}\": say region={} in its URL",
                            location.bucket, region, region)};
}

Meaning MeaningOf(const HttpResponse& response, const S3Error& error, const S3Location& location,
                  const std::string& region) {
  const long status = response.status;
  if (auto meaning = MeaningOfCode(error.code, location)) return *std::move(meaning);
  if (status / 100 == 3 || error.code == "AuthorizationHeaderMalformed") {
    return AnotherRegion(location, region);
  }
  // Any other 404 is not about the object: a wrong endpoint answers so too.
  const bool of_object = error.code == "NoSuchKey" || (error.code.empty() && response.body.empty());
  if (status == 404 && of_object) return {ErrorCode::kNotFound, "there is no such stored object"};
  if (status == 401 || status == 403) {
    return {
        ErrorCode::kPermissionDenied,
        fmt::format("the credentials in AWS_ACCESS_KEY_ID do not allow this in the bucket \"{}\"",
                    location.bucket)};
  }
  return {ErrorCode::kUnavailable,
          fmt::format("the object store at {} answers with {}{}{}", location.host, status,
                      error.code.empty() ? "" : " ", error.code)};
}

}  // namespace

bool MayPass(const HttpResponse& response) {
  if (response.status >= 500) return response.status != 501;
  if (response.status == 429 || response.status == 408) return true;
  if (response.status < 400) return false;
  return std::ranges::find(kPassingCodes, ReadError(response).code) != kPassingCodes.end();
}

Error S3Failure(const HttpResponse& response, const S3Location& location) {
  const S3Error error = ReadError(response);
  const std::string named = response.Header("x-amz-bucket-region");
  Meaning meaning = MeaningOf(response, error, location, named.empty() ? error.region : named);
  return {meaning.code,
          std::move(meaning.message),
          fmt::format("{} {} {} {}", response.status, error.code, error.message,
                      response.Header("x-amz-request-id")),
          {}};
}

}  // namespace fairline
