// Random numbers by integer arithmetic, one multiplication, std::sqrt and our own Log: nothing in
// here may round differently on another machine.
#include "fairline/core/random.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "fairline/core/check.h"
#include "fairline/core/math.h"

namespace fairline {
namespace {

// SplitMix64 (Steele, Lea and Flood, 2014) spreads a seed over the whole state: neighbouring seeds
// give unrelated streams, and the state is never all zero.
uint64_t SplitMix64(uint64_t& counter) {
  counter += 0x9e3779b97f4a7c15;
  uint64_t mixed = counter;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) word = SplitMix64(seed);
}

uint64_t Random::NextUint64() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Uniform() { return static_cast<double>(NextUint64() >> 11) * 0x1p-53; }

uint64_t Random::Below(uint64_t bound) {
  FAIRLINE_CHECK(bound > 0, "there is no number below 0");
  // Lemire (2019): the high half of a 128-bit product is uniform once the few low halves that
  // would favour some results are drawn again.
  unsigned __int128 product = static_cast<unsigned __int128>(NextUint64()) * bound;
  if (static_cast<uint64_t>(product) < bound) {
    const uint64_t unfair = -bound % bound;
    while (static_cast<uint64_t>(product) < unfair) {
      product = static_cast<unsigned __int128>(NextUint64()) * bound;
    }
  }
  return static_cast<uint64_t>(product >> 64);
}

double Random::Normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  // Marsaglia and Bray (1964): a point inside the unit circle gives two independent normals.
  double x;
  double y;
  double square;
  do {
    x = 2 * Uniform() - 1;
    y = 2 * Uniform() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square == 0);
  const double scale = std::sqrt(-2 * Log(square) / square);
  spare_ = y * scale;
  has_spare_ = true;
  return x * scale;
}

namespace {

void AskTheSystem(unsigned char* next, size_t count) {
  while (count > 0) {
    const ssize_t filled = getrandom(next, count, 0);
    if (filled < 0 && errno == EINTR) continue;
    FAIRLINE_CHECK(filled > 0, "the operating system gives no random bytes");
    next += filled;
    count -= static_cast<size_t>(filled);
  }
}

// Bytes asked for in advance, since ids, nonces and salts need a few at a time and each question
// costs about a microsecond. What is given out is wiped; a forked child asks anew.
class EntropyPool {
 public:
  static constexpr size_t kBytes = 512;

  void Take(unsigned char* bytes, size_t count) {
    if (count > left_ || process_ != getpid()) {
      AskTheSystem(pool_, kBytes);
      left_ = kBytes;
      process_ = getpid();
    }
    left_ -= count;
    std::memcpy(bytes, pool_ + left_, count);
    explicit_bzero(pool_ + left_, count);
  }

 private:
  unsigned char pool_[kBytes];
  size_t left_ = 0;
  pid_t process_ = 0;
};

}  // namespace

void FillWithEntropy(void* bytes, size_t count) {
  auto* const to = static_cast<unsigned char*>(bytes);
  if (count > EntropyPool::kBytes / 8) return AskTheSystem(to, count);
  thread_local EntropyPool pool;
  pool.Take(to, count);
}

}  // namespace fairline
