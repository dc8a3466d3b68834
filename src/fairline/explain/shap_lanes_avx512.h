// What a vector of the walk is with AVX-512F. A header, so that a test can compile it for an
// emulation where the processor has no such vectors; the includer brings the intrinsics.
#pragma once

#include "fairline/explain/shap_lanes.h"

namespace fairline {
namespace {

struct Avx512Lanes {
  static constexpr size_t kWidth = 8;
  using Vector = __m512d;
  static Vector Load(const double* at) { return _mm512_load_pd(at); }
  static void Store(double* at, Vector value) { _mm512_store_pd(at, value); }
  static Vector Fill(double value) { return _mm512_set1_pd(value); }
  static Vector Mul(Vector a, Vector b) { return _mm512_mul_pd(a, b); }
  static Vector Sub(Vector a, Vector b) { return _mm512_sub_pd(a, b); }
  static Vector Fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
  static Vector Select(bool first, Vector a, Vector b) {
    return _mm512_mask_blend_pd(first ? 0xff : 0, b, a);
  }
};

}  // namespace
}  // namespace fairline
