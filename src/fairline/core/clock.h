// Time as an interface, so that tests can set it.
#pragma once

#include <cstdint>
#include <string>

#include "fairline/core/result.h"

namespace fairline {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock microseconds since 1970-01-01 UTC. May step backwards.
  virtual int64_t NowMicros() const = 0;
  /// Microseconds of a clock that never steps backwards; only differences mean something.
  virtual int64_t MonotonicMicros() const = 0;
};

/// The machine's clock.
const Clock& SystemClock();

/// A clock that stands still until a test moves it.
class ManualClock : public Clock {
 public:
  explicit ManualClock(int64_t now_micros) : now_micros_(now_micros) {}
  int64_t NowMicros() const override { return now_micros_; }
  int64_t MonotonicMicros() const override { return now_micros_; }
  void Advance(int64_t micros) { now_micros_ += micros; }

 private:
  int64_t now_micros_;
};

/// `2026-11-21T10:41:00.123456Z`.
std::string FormatTimestamp(int64_t micros_since_epoch);
/// The inverse of FormatTimestamp; fractions and the `Z` as written there.
Result<int64_t> ParseTimestamp(std::string_view text);

}  // namespace fairline
