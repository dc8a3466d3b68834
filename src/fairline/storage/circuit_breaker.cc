// A call that began before the breaker opened may fail after it: only the probe's failure makes the
// wait longer.
#include "fairline/storage/circuit_breaker.h"

#include <algorithm>

namespace fairline {
namespace {

constexpr int64_t kFirstWaitMicros = 1'000'000;
constexpr int64_t kLongestWaitMicros = 30'000'000;

}  // namespace

CircuitBreaker::Permit CircuitBreaker::Ask() {
  const std::scoped_lock lock(mutex_);
  if (!open_) return Permit::kCall;
  if (probing_ || clock_.MonotonicMicros() < probe_at_micros_) return Permit::kNone;
  probing_ = true;
  return Permit::kProbe;
}

bool CircuitBreaker::Succeeded() {
  const std::scoped_lock lock(mutex_);
  const bool closes = open_;
  open_ = probing_ = false;
  failures_ = 0;
  wait_micros_ = 0;
  return closes;
}

bool CircuitBreaker::Failed(Permit permit) {
  const std::scoped_lock lock(mutex_);
  if (open_) {
    if (permit == Permit::kProbe) WaitBeforeProbe();
    return false;
  }
  if (++failures_ < failures_allowed_) return false;
  open_ = true;
  WaitBeforeProbe();
  return true;
}

void CircuitBreaker::WaitBeforeProbe() {
  probing_ = false;
  wait_micros_ = std::clamp(2 * wait_micros_, kFirstWaitMicros, kLongestWaitMicros);
  probe_at_micros_ = clock_.MonotonicMicros() + wait_micros_;
}

}  // namespace fairline
