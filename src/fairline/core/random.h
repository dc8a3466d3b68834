// Deterministic random numbers: the same stream for the same seed on every machine and C library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fairline {

/// xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed);
  uint64_t NextUint64();
  /// Uniform in [0, 1), 53 bits.
  double Uniform();
  /// Uniform in [0, bound), unbiased (Lemire's rejection). bound > 0.
  uint64_t Below(uint64_t bound);
  /// Standard normal by the polar method on core/math.h's Log, so the bits do not depend on libm.
  double Normal();

 private:
  std::array<uint64_t, 4> state_;
  double spare_ = 0;
  bool has_spare_ = false;
};

/// Bytes nobody can guess, from the operating system. Used for ids and keys.
void FillWithEntropy(void* bytes, size_t count);

}  // namespace fairline
