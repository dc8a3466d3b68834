// Compiled for AVX-512F: eight points to a vector.
#include <immintrin.h>

#include "fairline/explain/shap_lanes_avx512.h"

namespace fairline {

void ShapKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                      double* sums) {
  RunShapWalk<Avx512Lanes>(code, states, rooms, sums);
}

}  // namespace fairline
