// Which cache a URL names. Messages do not show the URL: it may hold a password.
#include "fairline/storage/cache.h"

#include <fmt/format.h>

#include <charconv>

#include "fairline/core/limits.h"
#include "fairline/storage/memory_cache.h"
#include "fairline/storage/redis_cache.h"
#include "fairline/storage/url.h"

namespace fairline {
namespace {

std::unexpected<Error> Wrong(std::string_view what) {
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("cache.url: {}; it is memory or "
                          "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]",
                          what));
}

Result<RedisServer> ParseRedisUrl(std::string_view text) {
  const auto url = ParseUrl(text);
  if (!url) return Wrong(url.error().message);
  if (url->host.empty()) return Wrong("the URL names no host");
  if (!url->query.empty()) return Wrong("a Redis URL has nothing behind a ?");
  RedisServer server{.host = url->host,
                     .port = url->port.value_or(6379),
                     .user = url->user.value_or(""),
                     .password = url->password.value_or("")};
  if (!server.user.empty() && server.password.empty()) return Wrong("the URL has no password");
  const std::string& path = url->path;
  if (path.empty()) return server;
  const auto [stop, error] =
      std::from_chars(path.data(), path.data() + path.size(), server.database);
  if (error != std::errc() || stop != path.data() + path.size() || server.database < 0) {
    return Wrong("the database behind the last / is no number");
  }
  return server;
}

}  // namespace

Result<std::unique_ptr<Cache>> OpenCache(std::string_view url, const Clock& clock,
                                         Metrics& metrics) {
  if (url == "memory") return MakeMemoryCache(limits::kMemoryCacheBytes, clock, metrics);
  if (url.starts_with("rediss://")) {
    return Wrong("TLS to Redis (rediss://) is not supported by this version");
  }
  if (!url.starts_with("redis://")) return Wrong("the URL names no cache we know");
  return MakeRedisCache(FAIRLINE_TRY(ParseRedisUrl(url)), clock, metrics);
}

}  // namespace fairline
