// Compiled for AVX2 and FMA: four points or four rows to a vector.
#include <immintrin.h>

#include "fairline/explain/shap_lanes.h"
#include "fairline/explain/shap_rows.h"

namespace fairline {
namespace {

struct Lanes {
  static constexpr size_t kWidth = 4;
  using Vector = __m256d;
  static Vector Load(const double* at) { return _mm256_load_pd(at); }
  static void Store(double* at, Vector value) { _mm256_store_pd(at, value); }
  static Vector Fill(double value) { return _mm256_set1_pd(value); }
  static Vector Add(Vector a, Vector b) { return _mm256_add_pd(a, b); }
  static Vector Mul(Vector a, Vector b) { return _mm256_mul_pd(a, b); }
  static Vector Sub(Vector a, Vector b) { return _mm256_sub_pd(a, b); }
  static Vector Fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_pd(a, b, c); }
  static Vector Select(bool first, Vector a, Vector b) {
    alignas(32) static constexpr int64_t kMasks[2][kWidth] = {{0, 0, 0, 0}, {-1, -1, -1, -1}};
    const auto* mask = reinterpret_cast<const double*>(kMasks[first ? 1 : 0]);
    return _mm256_blendv_pd(b, a, _mm256_load_pd(mask));
  }

  using Mask = Vector;  // a lane is all ones or all zeros
  static Mask With(const uint8_t* states, uint8_t bit) {
    const __m256i bits = _mm256_set1_epi64x(bit);
    return _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_and_si256(Widen(states), bits), bits));
  }
  static Mask Without(const uint8_t* states, uint8_t bit) {
    const __m256i set = _mm256_and_si256(Widen(states), _mm256_set1_epi64x(bit));
    return _mm256_castsi256_pd(_mm256_cmpeq_epi64(set, _mm256_setzero_si256()));
  }
  static Mask Both(Mask a, Mask b) { return _mm256_and_pd(a, b); }
  static Vector Choose(Mask mask, Vector yes, Vector no) { return _mm256_blendv_pd(no, yes, mask); }
  static Vector Keep(Mask mask, Vector value) { return _mm256_and_pd(mask, value); }
  static __m256i Widen(const uint8_t* states) {
    int word = 0;
    __builtin_memcpy(&word, states, sizeof word);
    return _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(word));
  }
};

}  // namespace

void ShapKernelAvx2(const ShapCode& code, const uint8_t* states, const ShapRoom (&rooms)[2],
                    double* sums) {
  RunShapWalk<Lanes>(code, states, rooms, sums);
}

void ShapRowsKernelAvx2(const ShapCode& code, const uint8_t* states, const ShapRoom& room,
                        double* sums) {
  RunShapRowsWalk<Lanes>(code, states, room, sums);
}

}  // namespace fairline
