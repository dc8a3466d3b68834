// Everything is checked here, once, so that no later request can fail for what the setting says.
#include "fairline/storage/s3_location.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fairline/storage/object_key.h"
#include "fairline/storage/url.h"

namespace fairline {
namespace {

constexpr std::array<std::string_view, 4> kParameters = {"endpoint", "region", "path_style",
                                                         "ca_file"};

std::unexpected<Error> Wrong(std::string_view what) {
  return Fail(
      ErrorCode::kInvalidArgument,
      fmt::format("the s3:// URL cannot be used: {}; it is s3://BUCKET/PREFIX?region=REGION "
                  "and for a store that is not Amazon's endpoint=https://HOST:PORT",
                  what));
}

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsBucket(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && IsLowerOrDigit(name.front()) &&
         IsLowerOrDigit(name.back()) && std::ranges::all_of(name, [](char c) {
           return IsLowerOrDigit(c) || c == '-' || c == '.';
         });
}

bool IsRegion(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

/// `host`, `host:port` or `[v6]:port`; a port that the scheme implies is not said.
std::string Authority(const Url& url) {
  const std::string host = url.host.contains(':') ? fmt::format("[{}]", url.host) : url.host;
  const uint16_t implied = url.scheme == "https" ? 443 : 80;
  return url.port.value_or(implied) == implied ? host : fmt::format("{}:{}", host, *url.port);
}

Result<Url> ParseEndpoint(const std::string& text) {
  auto url = ParseUrl(text);
  if (!url) return Wrong(fmt::format("endpoint: {}", url.error().message));
  const bool plain = !url->user && url->path.empty() && url->query.empty() && !url->host.empty();
  if (!plain || (url->scheme != "https" && url->scheme != "http")) {
    return Wrong("its endpoint is no https://HOST:PORT");
  }
  return url;
}

}  // namespace

Result<S3Location> ParseS3Url(std::string_view text, std::string_view default_region) {
  Url url;
  if (auto parsed = ParseUrl(text)) {
    url = *std::move(parsed);
  } else {
    return Wrong(parsed.error().message);
  }
  if (url.user)
    return Wrong("keys do not belong into it but into AWS_ACCESS_KEY_ID and its fellows");
  if (url.scheme != "s3" || url.port || !IsBucket(url.host)) return Wrong("it names no bucket");
  for (const auto& [name, value] : url.query) {
    if (std::ranges::find(kParameters, name) == kParameters.end()) {
      return Wrong(fmt::format("\"{}\" is none of {}", name, fmt::join(kParameters, ", ")));
    }
  }
  const auto parameter = [&](std::string_view name, std::string_view fallback) {
    const auto found = url.query.find(name);
    return found == url.query.end() ? std::string(fallback) : found->second;
  };

  S3Location location{.bucket = url.host, .region = parameter("region", default_region)};
  if (!IsRegion(location.region)) return Wrong("its region is none");
  location.ca_file = parameter("ca_file", "");
  FAIRLINE_TRY(CheckObjectPrefix(url.path));
  location.prefix = url.path;
  if (!location.prefix.empty() && !location.prefix.ends_with('/')) location.prefix += '/';

  const std::string endpoint = parameter("endpoint", "");
  const bool by_default = !endpoint.empty() || location.bucket.contains('.');
  const std::string path_style = parameter("path_style", by_default ? "true" : "false");
  if (path_style != "true" && path_style != "false") return Wrong("path_style is true or false");
  Url server = FAIRLINE_TRY(ParseEndpoint(
      endpoint.empty() ? fmt::format("https://s3.{}.amazonaws.com", location.region) : endpoint));
  if (path_style == "false") server.host = fmt::format("{}.{}", location.bucket, server.host);
  location.root = path_style == "true" ? fmt::format("/{}/", location.bucket) : "/";
  location.host = Authority(server);
  location.origin = fmt::format("{}://{}", server.scheme, location.host);
  return location;
}

}  // namespace fairline
