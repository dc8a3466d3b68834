#include "fairline/features/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double Ratio(const FeatureDefinition& definition, std::span<const uint32_t> inputs,
             std::span<const double> features) {
  const double input = features[inputs[0]];
  // 0 - x and not -x: a ratio of nothing is 0, not -0.
  const double numerator = definition.negate ? 0.0 - input : input;
  const double denominator =
      inputs.size() == 2 ? features[inputs[1]] + definition.epsilon : definition.divisor;
  return numerator / denominator;
}

double Aggregate(const FeatureDefinition& definition, std::span<const uint32_t> inputs,
                 std::span<const double> features) {
  double sum = 0.0;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  int64_t present = 0;
  for (const uint32_t input : inputs) {
    const double value = features[input];
    if (std::isnan(value)) {
      if (definition.skip_missing) continue;
      return kMissing;
    }
    sum += value;
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
    ++present;
  }
  if (definition.operation == Operation::kSum) return sum;  // of nothing: 0
  if (present == 0) return kMissing;
  if (definition.operation == Operation::kMinimum) return lowest;
  if (definition.operation == Operation::kMaximum) return highest;
  return sum / static_cast<double>(present);
}

double Above(const FeatureDefinition& definition, double input) {
  if (std::isnan(input)) return kMissing;
  return input > definition.threshold ? 1.0 : 0.0;
}

}  // namespace

double Derive(const FeatureDefinition& definition, std::span<const uint32_t> inputs,
              std::span<const double> features) {
  double value = kMissing;
  if (definition.operation == Operation::kRatio) {
    value = Ratio(definition, inputs, features);
  } else if (definition.operation == Operation::kAbove) {
    value = Above(definition, features[inputs[0]]);
  } else {
    value = Aggregate(definition, inputs, features);
  }
  if (!std::isfinite(value)) return definition.if_missing.value_or(kMissing);
  if (definition.minimum) value = std::max(value, *definition.minimum);
  if (definition.maximum) value = std::min(value, *definition.maximum);
  return value;
}

}  // namespace fairline
