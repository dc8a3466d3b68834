// The bit-plane kernel for AVX-512 (F, BW, VL). A header, so that a test can compile it for an
// emulation where the processor has no such vectors; the includer brings the intrinsics.
#pragma once

#include "fairline/models/engine/plane_code.h"

namespace fairline {
namespace {

__m512i FillBytes(uint8_t byte) { return _mm512_set1_epi8(static_cast<char>(byte)); }

__m512i FourTimes(__m128i bytes) { return _mm512_broadcast_i32x4(bytes); }

// The number of zero bits below the lowest one bit of each byte, which is not zero.
__m512i LowestBit(__m512i bytes) {
  const __m512i low = FourTimes(_mm_setr_epi8(8, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0));
  const __m512i high = FourTimes(_mm_setr_epi8(8, 4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4));
  const __m512i nibble = FillBytes(0x0f);
  const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble);
  return _mm512_min_epu8(_mm512_shuffle_epi8(low, _mm512_and_si512(bytes, nibble)),
                         _mm512_shuffle_epi8(high, upper));
}

// The leaf of each row. Moves `test` behind the tree's last.
__m512i FindLeaves(const PlaneTree& tree, const PlaneTest*& test, const uint8_t* slots) {
  __m512i first = _mm512_setzero_si512(), base = first;  // the first plane with a leaf; 8 x number
  for (uint32_t plane = 0; plane < tree.planes; ++plane) {
    __m512i kept = FillBytes(0xff);
    for (const PlaneTest* end = test + tree.tests[plane]; test < end; ++test) {
      const __m512i values = _mm512_loadu_si512(slots + test->slot * kPlaneRows);
      const auto right = _mm512_cmpgt_epu8_mask(values, FillBytes(test->limit));
      const __m512i mask = _mm512_mask_blend_epi8(right, FillBytes(0xff), FillBytes(test->kept));
      kept = _mm512_and_si512(kept, mask);
    }
    first =
        _mm512_mask_mov_epi8(first, _mm512_cmpeq_epi8_mask(first, _mm512_setzero_si512()), kept);
    const auto not_found = _mm512_cmpeq_epi8_mask(first, _mm512_setzero_si512());
    base = _mm512_mask_add_epi8(base, not_found, base, FillBytes(8));
  }
  return _mm512_add_epi8(base, LowestBit(first));
}

// Leaves are looked up in registers, sixteen values at a time.
void AddValues(const double* values, uint32_t planes, const uint8_t* leaves, double* sums) {
  for (size_t row = 0; row < kPlaneRows; row += 8) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(leaves + row));
    const __m512i leaf = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_cvtepu8_epi64(bytes)),
                                            _mm256_cvtepu8_epi64(_mm_srli_epi64(bytes, 32)), 1);
    __m512d added = _mm512_setzero_pd();
    for (uint32_t plane = 0; plane < planes; plane += 2) {
      const __m512d low = _mm512_loadu_pd(values + plane * 8);
      const __m512d high = plane + 1 < planes ? _mm512_loadu_pd(values + plane * 8 + 8) : low;
      const auto here =
          _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(leaf, 4), _mm512_set1_epi64(plane / 2));
      added = _mm512_mask_mov_pd(added, here, _mm512_permutex2var_pd(low, leaf, high));
    }
    _mm512_storeu_pd(sums + row, _mm512_add_pd(_mm512_loadu_pd(sums + row), added));
  }
}

void RunPlanes(const PlaneCode& code, const uint8_t* slots, double* sums) {
  alignas(64) uint8_t leaves[kPlaneRows];
  const PlaneTest* test = code.tests;
  const double* values = code.values;
  for (size_t t = 0; t < code.tree_count; ++t) {
    const PlaneTree& tree = code.trees[t];
    _mm512_storeu_si512(leaves, FindLeaves(tree, test, slots));
    AddValues(values, tree.planes, leaves, sums);
    values += tree.planes * 8;
  }
}

}  // namespace
}  // namespace fairline
