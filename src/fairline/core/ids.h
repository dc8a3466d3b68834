// Identifiers of everything that is stored: UUID version 7 (RFC 9562), so that they sort by time.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "fairline/core/clock.h"

namespace fairline {

/// Makes UUIDv7 text (36 characters, lower case). Thread-safe; ids of one generator strictly
/// increase even when the clock steps back or many are made in one millisecond.
class IdGenerator {
 public:
  explicit IdGenerator(const Clock& clock);
  std::string Next();

 private:
  const Clock& clock_;
  std::mutex mutex_;
  int64_t last_millis_ = 0;
  uint16_t sequence_ = 0;
};

bool IsUuid(std::string_view text);
/// Below every id made at that time or later, above every earlier one, to the millisecond.
std::string UuidFloor(int64_t micros_since_epoch);

}  // namespace fairline
