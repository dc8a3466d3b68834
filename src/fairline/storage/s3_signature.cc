// The canonical request, the string to sign, the key of the day and the signature, in that order.
#include "fairline/storage/s3_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/core/hash.h"
#include "fairline/crypto/keyed_hash.h"

namespace fairline {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr size_t kDateDigits = 8;

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string Encode(std::string_view text, bool keep_slashes) {
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c) || (keep_slashes && c == '/')) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string SignedHeaderNames(const S3Request& request) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : request.headers) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ";"));
}

std::string CanonicalRequest(const S3Request& request) {
  std::string headers;
  for (const auto& [name, value] : request.headers) headers += fmt::format("{}:{}\n", name, value);
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, S3EncodePath(request.path),
                     S3EncodeQuery(request.query), headers, SignedHeaderNames(request),
                     request.payload_sha256);
}

}  // namespace

std::string S3EncodePath(std::string_view path) { return Encode(path, true); }

std::string S3EncodeQuery(const std::map<std::string, std::string>& query) {
  // The order that counts is that of the encoded names.
  std::vector<std::string> parts;
  for (const auto& [name, value] : query) {
    parts.push_back(fmt::format("{}={}", Encode(name, false), Encode(value, false)));
  }
  std::ranges::sort(parts);
  return fmt::format("{}", fmt::join(parts, "&"));
}

std::string S3Timestamp(int64_t micros_since_epoch) {
  std::string time = FormatTimestamp(micros_since_epoch);
  time.resize(time.find('.'));
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time + "Z";
}

std::string S3Authorization(const S3Request& request, const S3Credentials& credentials,
                            std::string_view region) {
  const auto time = request.headers.find("x-amz-date");
  FAIRLINE_CHECK(time != request.headers.end(), "a request is signed at a time");
  const std::string date = time->second.substr(0, kDateDigits);
  const std::string scope = fmt::format("{}/{}/s3/aws4_request", date, region);
  const std::string to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time->second, scope,
                                          Sha256Hex(CanonicalRequest(request)));
  std::string key = KeyedHash("AWS4" + credentials.secret_access_key, date);
  for (const std::string_view part :
       {region, std::string_view("s3"), std::string_view("aws4_request")}) {
    key = KeyedHash(key, part);
  }
  return fmt::format("{} Credential={}/{},SignedHeaders={},Signature={}", kAlgorithm,
                     credentials.access_key_id, scope, SignedHeaderNames(request),
                     ToHex(KeyedHash(key, to_sign)));
}

}  // namespace fairline
