// The figures of a cache, the same for every kind: the hit rate, and what its calls cost.
#pragma once

#include "fairline/core/clock.h"
#include "fairline/core/metrics.h"

namespace fairline {

struct CacheMetrics {
  CacheMetrics(Metrics& metrics, const Clock& clock_of_calls)
      : clock(clock_of_calls),
        hits(Requests(metrics, "hit")),
        misses(Requests(metrics, "miss")),
        errors(Requests(metrics, "error")),
        get_seconds(Duration(metrics, "get")),
        put_seconds(Duration(metrics, "put")),
        breaker_open(metrics.Gauge("fairline_cache_breaker_open",
                                   "1 while the cache is left alone because it does not answer")) {}

  static prometheus::Counter& Requests(Metrics& metrics, const char* result) {
    return metrics.Counter("fairline_cache_requests_total",
                           "Values asked of the cache, by what came of it", {{"result", result}});
  }
  static prometheus::Histogram& Duration(Metrics& metrics, const char* operation) {
    return metrics.Histogram("fairline_cache_request_duration_seconds", "Time of one cache call",
                             LatencyBounds(), {{"operation", operation}});
  }

  /// Observes the time from its making to its end.
  class Timer {
   public:
    Timer(const CacheMetrics& metrics, prometheus::Histogram& histogram)
        : clock_(metrics.clock), histogram_(histogram) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() {
      histogram_.Observe(static_cast<double>(clock_.MonotonicMicros() - start_micros_) * 1e-6);
    }

   private:
    const Clock& clock_;
    prometheus::Histogram& histogram_;
    const int64_t start_micros_ = clock_.MonotonicMicros();
  };

  const Clock& clock;
  prometheus::Counter& hits;
  prometheus::Counter& misses;
  prometheus::Counter& errors;
  prometheus::Histogram& get_seconds;
  prometheus::Histogram& put_seconds;
  prometheus::Gauge& breaker_open;
};

}  // namespace fairline
