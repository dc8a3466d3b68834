// The cache that several processes share. Redis is a help, never a need: a call takes
// limits::kCachePatienceMillis at most, and next to nothing once Redis is known not to answer.
#pragma once

#include <memory>

#include "fairline/core/clock.h"
#include "fairline/core/limits.h"
#include "fairline/core/metrics.h"
#include "fairline/storage/cache.h"
#include "fairline/storage/redis_connection.h"

namespace fairline {

/// `clock` is that of the breaker; the patience is measured by the machine's.
std::unique_ptr<Cache> MakeRedisCache(RedisServer server, const Clock& clock, Metrics& metrics,
                                      int patience_ms = limits::kCachePatienceMillis);

}  // namespace fairline
