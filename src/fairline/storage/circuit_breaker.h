// Leaves alone what does not answer (the circuit breaker of M. Nygard, Release It!, 2007): after
// some failures in a row calls are not let through, but for one probe from time to time; its
// success lets them all through again.
#pragma once

#include <cstdint>
#include <mutex>

#include "fairline/core/clock.h"

namespace fairline {

class CircuitBreaker {
 public:
  /// Opens after `failures` in a row. The first probe comes a second later, the next ones after
  /// twice the wait each, up to 30 seconds.
  CircuitBreaker(int failures, const Clock& clock) : failures_allowed_(failures), clock_(clock) {}

  enum class Permit { kNone, kCall, kProbe };

  /// Every permit but kNone is answered by Succeeded() or Failed(). Thread-safe, as all of these.
  Permit Ask();
  /// True when this closed the breaker.
  bool Succeeded();
  /// True when this opened the breaker.
  bool Failed(Permit permit);

 private:
  void WaitBeforeProbe();

  const int failures_allowed_;
  const Clock& clock_;
  std::mutex mutex_;
  int failures_ = 0;  // in a row
  bool open_ = false;
  bool probing_ = false;
  int64_t wait_micros_ = 0;
  int64_t probe_at_micros_ = 0;  // monotonic
};

}  // namespace fairline
