// Evaluations that were made before: equal features under the same model and policy give the same
// bits, so they need not be computed again. The decision is recorded all the same.
#pragma once

#include <string>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/crypto/secret_key.h"
#include "fairline/decisioning/decision.h"
#include "fairline/storage/cache.h"

namespace fairline {

class PredictionCache {
 public:
  /// Names and values in the cache are keyed and sealed by `key`: what lies there is personal.
  /// References outlive the object.
  PredictionCache(Cache& cache, const SecretKey& key, int64_t ttl_seconds, Metrics& metrics);

  /// Evaluate(), or what it gave before. Thread-safe.
  Result<Evaluation> Evaluate(const Deployment& deployment, const Application& application);

 private:
  std::string KeyOf(const Deployment& deployment, const Application& application) const;

  Cache& cache_;
  const SecretKey names_, values_;
  const int64_t ttl_seconds_;
  prometheus::Counter& hits_;
  prometheus::Counter& misses_;
  prometheus::Counter& saved_seconds_;
};

}  // namespace fairline
