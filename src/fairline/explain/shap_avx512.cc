// Compiled for AVX-512F: eight points or eight rows to a vector.
#include <immintrin.h>

#include "fairline/explain/shap_lanes_avx512.h"

namespace fairline {

void ShapKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                      double* sums) {
  RunShapWalk<Avx512Lanes>(code, states, rooms, sums);
}

void ShapRowsKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                          double* sums) {
  RunShapRowsWalk<Avx512Lanes>(code, states, room, sums);
}

}  // namespace fairline
