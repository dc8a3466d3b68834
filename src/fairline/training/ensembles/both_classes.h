// Numbers of both classes side by side, [0] of those that paid and [1] of those that defaulted: one
// addition for two rows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fairline {

using BothClasses = double __attribute__((vector_size(16)));
using BothBits = int64_t __attribute__((vector_size(16)));

/// The i-th row of either class of a bag with `half` rows of each.
inline BothClasses OfBoth(const double* weights, size_t half, size_t i) {
  return BothClasses{weights[i], weights[half + i]};
}

/// The numbers where the bits are all ones, 0 where they are all zeros.
inline BothClasses Where(BothBits bits, BothClasses numbers) {
  return reinterpret_cast<BothClasses>(reinterpret_cast<BothBits>(numbers) & bits);
}

}  // namespace fairline
