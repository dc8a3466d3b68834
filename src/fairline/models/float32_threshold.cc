#include "fairline/models/float32_threshold.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace fairline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

float LargestFloatNotAbove(double value) {
  const auto nearest = static_cast<float>(value);
  return static_cast<double>(nearest) <= value ? nearest : std::nextafterf(nearest, -INFINITY);
}

// What lies half-way to the next float decides. The doubles hold it exactly; the step into infinity
// is as long as the one before it.
double MidpointAbove(float value) {
  if (value == std::numeric_limits<float>::max()) return 0x1.ffffffp127;
  if (value == -std::numeric_limits<float>::infinity()) return -0x1.ffffffp127;
  return (static_cast<double>(value) + std::nextafterf(value, INFINITY)) / 2;
}

}  // namespace

double ThresholdForDoubles(double threshold) {
  const float last = LargestFloatNotAbove(threshold);
  if (last == std::numeric_limits<float>::infinity()) return kInfinity;
  const double midpoint = MidpointAbove(last);
  return static_cast<float>(midpoint) <= last ? midpoint : std::nextafter(midpoint, -kInfinity);
}

}  // namespace fairline
