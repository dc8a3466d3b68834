// The cache of one process: least recently used values go first.
#pragma once

#include <memory>

#include "fairline/core/clock.h"
#include "fairline/core/metrics.h"
#include "fairline/storage/cache.h"

namespace fairline {

/// Keeps at most `capacity_bytes` of keys, values and what it takes to find them.
std::unique_ptr<Cache> MakeMemoryCache(size_t capacity_bytes, const Clock& clock, Metrics& metrics);

}  // namespace fairline
