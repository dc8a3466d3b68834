// Values that can be had again, kept for a while: in the process or in Redis. A cache never fails:
// what it cannot give is a miss, what it cannot keep is forgotten.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fairline/core/clock.h"
#include "fairline/core/metrics.h"
#include "fairline/core/result.h"

namespace fairline {

class Cache {
 public:
  virtual ~Cache() = default;
  /// Thread-safe, and never longer than limits::kCachePatienceMillis.
  virtual std::optional<std::string> Get(std::string_view key) = 0;
  virtual void Put(std::string_view key, std::string_view value, int64_t ttl_seconds) = 0;
};

/// `memory` (least recently used values go first, limits::kMemoryCacheBytes) or
/// `redis://[user:password@]host[:port][/database]`. A Redis that does not answer is left alone
/// after limits::kCacheFailures failures and tried again from time to time (fairline_cache_* say
/// so); opening does not need it to be there. kInvalidArgument for another URL.
Result<std::unique_ptr<Cache>> OpenCache(std::string_view url, const Clock& clock,
                                         Metrics& metrics);

}  // namespace fairline
