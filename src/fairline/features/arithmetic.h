// The arithmetic of a derived feature. The order of operations is part of the record format: a
// decision replays to the same bits only as long as it stays as written here.
#pragma once

#include <cstdint>
#include <span>

#include "fairline/features/definitions.h"

namespace fairline {

/// The value of `definition` over features[inputs[0]], features[inputs[1]], …; NaN is missing.
/// Sums run over the inputs in order from 0.0. A result that is not a finite number (a division by
/// zero, an overflow) is missing, because no later stage and no record could hold it.
double Derive(const FeatureDefinition& definition, std::span<const uint32_t> inputs,
              std::span<const double> features);

}  // namespace fairline
