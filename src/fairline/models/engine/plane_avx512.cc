// Compiled for AVX-512: 64 rows to a vector.
#include <immintrin.h>

#include "fairline/models/engine/plane_kernel_avx512.h"

namespace fairline {

void PlaneKernelAvx512(const PlaneCode& code, uint8_t* slots, size_t, double* sums) {
  RunPlanes(code, slots, sums);
}

}  // namespace fairline
