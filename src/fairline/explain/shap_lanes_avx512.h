// What a vector of the walk is with AVX-512F. A header, so that a test can compile it for an
// emulation where the processor has no such vectors; the includer brings the intrinsics.
#pragma once

#include "fairline/explain/shap_lanes.h"
#include "fairline/explain/shap_rows.h"

namespace fairline {
namespace {

struct Avx512Lanes {
  static constexpr size_t kWidth = 8;
  using Vector = __m512d;
  static Vector Load(const double* at) { return _mm512_load_pd(at); }
  static void Store(double* at, Vector value) { _mm512_store_pd(at, value); }
  static Vector Fill(double value) { return _mm512_set1_pd(value); }
  static Vector Add(Vector a, Vector b) { return _mm512_add_pd(a, b); }
  static Vector Mul(Vector a, Vector b) { return _mm512_mul_pd(a, b); }
  static Vector Sub(Vector a, Vector b) { return _mm512_sub_pd(a, b); }
  static Vector Fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
  static Vector Select(bool first, Vector a, Vector b) {
    return _mm512_mask_blend_pd(first ? 0xff : 0, b, a);
  }

  using Mask = uint8_t;
  static Mask With(const uint8_t* states, uint8_t bit) {
    uint64_t word = 0;
    __builtin_memcpy(&word, states, sizeof word);
    // One bit of each byte, and those side by side: byte i is moved to bit 56 + i.
    const uint64_t bits = word / bit & 0x0101010101010101;
    return static_cast<Mask>(bits * 0x0102040810204080 >> 56);
  }
  static Mask Without(const uint8_t* states, uint8_t bit) {
    return static_cast<Mask>(~With(states, bit));
  }
  static Mask Both(Mask a, Mask b) { return a & b; }
  static Vector Choose(Mask mask, Vector yes, Vector no) {
    return _mm512_mask_blend_pd(mask, no, yes);
  }
  static Vector Keep(Mask mask, Vector value) { return Choose(mask, value, Fill(0)); }
};

}  // namespace
}  // namespace fairline
