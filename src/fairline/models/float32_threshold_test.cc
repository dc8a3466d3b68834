#include "fairline/models/float32_threshold.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace fairline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void ExpectSameTest(double threshold, double value) {
  if (std::isnan(threshold) || std::isnan(value)) return;
  EXPECT_EQ(static_cast<double>(static_cast<float>(value)) <= threshold,
            value <= ThresholdForDoubles(threshold))
      << threshold << " " << value;
}

TEST(ThresholdForDoubles, TiesGoToTheEvenFloat) {
  // 1 is even and 1 + 2^-23 is odd: half-way between them rounds to 1, half-way above goes up.
  EXPECT_EQ(ThresholdForDoubles(1.0), 1 + 0x1p-24);
  EXPECT_EQ(ThresholdForDoubles(1 + 0x1p-23), std::nextafter(1 + 0x1.8p-23, 0));
  // A threshold between two floats is the lower one.
  EXPECT_EQ(ThresholdForDoubles(1 + 0x1p-30), 1 + 0x1p-24);
  EXPECT_EQ(ThresholdForDoubles(std::nextafter(1.0, 0)), std::nextafter(1 - 0x1p-25, 0));
  EXPECT_EQ(ThresholdForDoubles(0.0), 0x1p-150);
  EXPECT_EQ(ThresholdForDoubles(kInfinity), kInfinity);
}

TEST(ThresholdForDoubles, HoldsAtTheEndsOfTheFloats) {
  const double largest = std::numeric_limits<float>::max();
  for (double threshold : {largest, -largest, kInfinity, -kInfinity, 1e300, -1e300, 0.0, -0.0,
                           0x1p-149, -0x1p-149, 0x1p-150, 1e-320}) {
    const double last = ThresholdForDoubles(threshold);
    for (double value : {last, std::nextafter(last, kInfinity), std::nextafter(last, -kInfinity),
                         0.0, -0.0, largest, -largest, kInfinity, -kInfinity}) {
      ExpectSameTest(threshold, value);
    }
  }
}

RC_GTEST_PROP(ThresholdForDoubles, IsTheSameTestAsOnFloats, (uint64_t bits, uint64_t other)) {
  const auto threshold = std::bit_cast<double>(bits);
  RC_PRE(!std::isnan(threshold));
  const double last = ThresholdForDoubles(threshold);
  ExpectSameTest(threshold, last);
  ExpectSameTest(threshold, std::nextafter(last, kInfinity));
  ExpectSameTest(threshold, std::bit_cast<double>(other));
}

RC_GTEST_PROP(ThresholdForDoubles, IsTheSameTestBesideEveryFloat, (uint32_t bits)) {
  const auto threshold = std::bit_cast<float>(bits);
  RC_PRE(!std::isnan(threshold));
  const double last = ThresholdForDoubles(threshold);
  ExpectSameTest(threshold, last);
  ExpectSameTest(threshold, std::nextafter(last, kInfinity));
}

}  // namespace
}  // namespace fairline
