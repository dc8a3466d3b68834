// The streams are part of every recorded result: they are pinned bit by bit.
#include "fairline/core/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <vector>

namespace fairline {
namespace {

// From an independent implementation in arbitrary-precision integers.
TEST(Random, StreamOfASeed) {
  Random random(42);
  for (const uint64_t expected : std::initializer_list<uint64_t>{
           0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1, 0xecb8ad4703b360a1}) {
    EXPECT_EQ(random.NextUint64(), expected);
  }
  EXPECT_EQ(Random(0).NextUint64(), 0x99ec5f36cb75f2b4);
}

TEST(Random, NormalBitsAreTheSameOnEveryMachine) {
  Random random(42);
  for (const uint64_t expected : std::initializer_list<uint64_t>{
           0xbfe73d2feb0fb377, 0xbfcb088028693f9c, 0x3fcc5e21f7812a4c, 0x3fe0ba8bb0c5fa51}) {
    EXPECT_EQ(std::bit_cast<uint64_t>(random.Normal()), expected);
  }
}

TEST(Random, UniformCoversTheUnitIntervalEvenly) {
  Random random(3);
  constexpr int kDraws = 100'000;
  std::vector<int> tenths(10);
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.Uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    ++tenths[static_cast<size_t>(value * 10)];
  }
  // Six standard deviations of a binomial count with p = 0.1.
  for (const int count : tenths) EXPECT_NEAR(count, kDraws / 10, 570);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(4);
  constexpr int kDraws = 100'000;
  double sum = 0;
  double squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.Normal();
    sum += value;
    squares += value * value;
    beyond_two += value > 2 || value < -2;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.03);
  EXPECT_NEAR(beyond_two, 0.0455 * kDraws, 400);
}

TEST(Random, BelowIsEvenForABoundThatDoesNotDivideThePowersOfTwo) {
  Random random(5);
  // Without rejection every third result would come up twice as often as the others.
  constexpr uint64_t kBound = (uint64_t{3} << 62);
  constexpr int kDraws = 60'000;
  std::vector<int> thirds(3);
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t value = random.Below(kBound);
    ASSERT_LT(value, kBound);
    ++thirds[value % 3];
  }
  for (const int count : thirds) EXPECT_NEAR(count, kDraws / 3, 700);
}

RC_GTEST_PROP(Random, BelowStaysBelow, (uint64_t seed)) {
  const uint64_t bound = *rc::gen::positive<uint64_t>();
  RC_ASSERT(Random(seed).Below(bound) < bound);
  RC_ASSERT(Random(seed).Below(1) == 0);
}

RC_GTEST_PROP(Random, SameSeedSameStream, (uint64_t seed)) {
  Random a(seed);
  Random b(seed);
  for (int i = 0; i < 5; ++i) RC_ASSERT(a.Normal() == b.Normal());
  RC_ASSERT(Random(seed).NextUint64() != Random(seed + 1).NextUint64());
}

TEST(Random, EntropyFillsEveryByteAndNoMore) {
  std::vector<unsigned char> bytes(514, 0);
  int changed = 0;
  for (int round = 0; round < 64; ++round) {
    std::vector<unsigned char> filled(514, 0);
    FillWithEntropy(filled.data() + 1, 512);
    ASSERT_EQ(filled.front(), 0);
    ASSERT_EQ(filled.back(), 0);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] |= filled[i];
  }
  for (const unsigned char byte : bytes) changed += byte != 0;
  EXPECT_EQ(changed, 512);
}

}  // namespace
}  // namespace fairline
