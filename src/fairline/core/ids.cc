// UUIDv7: 48 bits of milliseconds, a 12-bit sequence (RFC 9562, section 6.2, method 1), 62 random
// bits. The pair (milliseconds, sequence) of a generator never repeats or falls.
#include "fairline/core/ids.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/random.h"

namespace fairline {
namespace {

constexpr uint16_t kSequenceMax = 0xfff;

// Hexadecimal digits of the lowest `4 * count` bits.
void AppendHex(uint64_t bits, int count, std::string& text) {
  for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[bits >> shift & 15];
  }
}

}  // namespace

IdGenerator::IdGenerator(const Clock& clock) : clock_(clock) {}

std::string IdGenerator::Next() {
  uint64_t random;
  FillWithEntropy(&random, sizeof random);
  const int64_t now_millis = clock_.NowMicros() / 1000;

  int64_t millis;
  uint16_t sequence;
  {
    const std::lock_guard lock(mutex_);
    if (now_millis > last_millis_) {
      last_millis_ = now_millis;
      sequence_ = 0;
    } else if (sequence_ < kSequenceMax) {
      ++sequence_;
    } else {
      // The millisecond is used up: borrow the next one, time will catch up.
      ++last_millis_;
      sequence_ = 0;
    }
    millis = last_millis_;
    sequence = sequence_;
  }

  const auto time = static_cast<uint64_t>(millis);
  std::string id;
  id.reserve(36);
  AppendHex(time >> 16, 8, id);
  id += '-';
  AppendHex(time, 4, id);
  id += "-7";
  AppendHex(sequence, 3, id);
  id += '-';
  AppendHex(0x8000 | (random >> 48 & 0x3fff), 4, id);
  id += '-';
  AppendHex(random, 12, id);
  return id;
}

std::string UuidFloor(int64_t micros_since_epoch) {
  const auto time = static_cast<uint64_t>(micros_since_epoch / 1000);
  return fmt::format("{:08x}-{:04x}-7000-8000-000000000000", (time >> 16) & 0xffffffff,
                     time & 0xffff);
}

bool IsUuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kShape, [](char c, char shape) {
    if (shape == '-') return c == '-';
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

}  // namespace fairline
