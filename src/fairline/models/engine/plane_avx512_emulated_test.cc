// The AVX-512 kernel in plain code, so that its tests run on every processor: the test program
// links this function in place of the library's.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include "fairline/models/engine/plane_kernel_avx512.h"

namespace fairline {

void PlaneKernelAvx512(const PlaneCode& code, uint8_t* slots, size_t, double* sums) {
  RunPlanes(code, slots, sums);
}

}  // namespace fairline
