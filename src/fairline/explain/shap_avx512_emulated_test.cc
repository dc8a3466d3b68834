// The AVX-512 kernels in plain code, so that their tests run on every processor: the test program
// links these functions in place of the library's.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <cmath>

#include "fairline/explain/shap_lanes_avx512.h"

namespace fairline {
namespace {

struct EmulatedLanes : Avx512Lanes {
  // The emulation rounds twice.
  static Vector Fma(Vector a, Vector b, Vector c) {
    alignas(64) double x[kWidth], y[kWidth], z[kWidth];
    Store(x, a);
    Store(y, b);
    Store(z, c);
    for (size_t i = 0; i < kWidth; ++i) x[i] = std::fma(x[i], y[i], z[i]);
    return Load(x);
  }
};

}  // namespace

void ShapKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                      double* sums) {
  RunShapWalk<EmulatedLanes>(code, states, rooms, sums);
}

void ShapRowsKernelAvx512(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                          double* sums) {
  RunShapRowsWalk<EmulatedLanes>(code, states, room, sums);
}

}  // namespace fairline
