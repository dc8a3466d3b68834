// Compiled for AVX2 and FMA: four points to a vector.
#include <immintrin.h>

#include "fairline/explain/shap_lanes.h"

namespace fairline {
namespace {

struct Lanes {
  static constexpr size_t kWidth = 4;
  using Vector = __m256d;
  static Vector Load(const double* at) { return _mm256_load_pd(at); }
  static void Store(double* at, Vector value) { _mm256_store_pd(at, value); }
  static Vector Fill(double value) { return _mm256_set1_pd(value); }
  static Vector Mul(Vector a, Vector b) { return _mm256_mul_pd(a, b); }
  static Vector Sub(Vector a, Vector b) { return _mm256_sub_pd(a, b); }
  static Vector Fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_pd(a, b, c); }
  static Vector Select(bool first, Vector a, Vector b) {
    alignas(32) static constexpr int64_t kMasks[2][kWidth] = {{0, 0, 0, 0}, {-1, -1, -1, -1}};
    const auto* mask = reinterpret_cast<const double*>(kMasks[first ? 1 : 0]);
    return _mm256_blendv_pd(b, a, _mm256_load_pd(mask));
  }
};

}  // namespace

void ShapKernelAvx2(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                    double* sums) {
  RunShapWalk<Lanes>(code, states, rooms, sums);
}

}  // namespace fairline
