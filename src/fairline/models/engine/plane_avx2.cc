// Compiled for AVX2: 32 rows to a vector, two vectors side by side.
#include <immintrin.h>

#include "fairline/models/engine/plane_code.h"

namespace fairline {
namespace {

constexpr size_t kVectors = 2;
constexpr size_t kRows = 32;  // of a vector

__m256i Fill(uint8_t byte) { return _mm256_set1_epi8(static_cast<char>(byte)); }
const __m256i* Vectors(const uint8_t* bytes) { return reinterpret_cast<const __m256i*>(bytes); }

// AVX2 compares signed bytes: with the top bit turned over the order is that of unsigned ones.
void TurnTopBits(uint8_t* slots, size_t count) {
  for (size_t at = 0; at < count; at += kRows) {
    auto* bytes = reinterpret_cast<__m256i*>(slots + at);
    _mm256_store_si256(bytes, _mm256_xor_si256(_mm256_load_si256(bytes), Fill(0x80)));
  }
}

// The number of zero bits below the lowest one bit of each byte, which is not zero.
__m256i LowestBit(__m256i bytes) {
  const __m256i low = _mm256_setr_epi8(8, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0,  //
                                       8, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0);
  const __m256i high = _mm256_setr_epi8(8, 4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4,  //
                                        8, 4, 5, 4, 6, 4, 5, 4, 7, 4, 5, 4, 6, 4, 5, 4);
  const __m256i nibble = Fill(0x0f);
  const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
  return _mm256_min_epu8(_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble)),
                         _mm256_shuffle_epi8(high, upper));
}

// The leaf of each row: `leaves` are kPlaneRows numbers. Returns the test behind the tree's last.
const PlaneTest* FindLeaves(const PlaneTree& tree, const PlaneTest* test, const uint8_t* slots,
                            uint8_t* leaves) {
  __m256i first[kVectors], base[kVectors];  // the first plane with a leaf, and its number times 8
  for (size_t v = 0; v < kVectors; ++v) first[v] = base[v] = _mm256_setzero_si256();
  for (uint32_t plane = 0; plane < tree.planes; ++plane) {
    __m256i kept[kVectors];
    for (size_t v = 0; v < kVectors; ++v) kept[v] = Fill(0xff);
    for (const PlaneTest* end = test + tree.tests[plane]; test < end; ++test) {
      const __m256i above = Fill(static_cast<uint8_t>(test->limit + 1 - 0x80));
      const __m256i mask = Fill(test->kept);
      const uint8_t* values = slots + test->slot * kPlaneRows;
      for (size_t v = 0; v < kVectors; ++v) {
        const __m256i left = _mm256_cmpgt_epi8(above, _mm256_load_si256(Vectors(values) + v));
        kept[v] = _mm256_and_si256(kept[v], _mm256_or_si256(left, mask));
      }
    }
    for (size_t v = 0; v < kVectors; ++v) {
      const __m256i still = _mm256_cmpeq_epi8(first[v], _mm256_setzero_si256());
      first[v] = _mm256_or_si256(first[v], _mm256_and_si256(still, kept[v]));
      const __m256i found = _mm256_cmpeq_epi8(first[v], _mm256_setzero_si256());
      base[v] = _mm256_sub_epi8(base[v], _mm256_and_si256(found, Fill(0xf8)));
    }
  }
  for (size_t v = 0; v < kVectors; ++v) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(leaves) + v,
                       _mm256_add_epi8(base[v], LowestBit(first[v])));
  }
  return test;
}

void AddValues(const double* values, const uint8_t* leaves, double* sums) {
  for (size_t row = 0; row < kPlaneRows; row += 4) {
    const __m256d added = _mm256_setr_pd(values[leaves[row]], values[leaves[row + 1]],
                                         values[leaves[row + 2]], values[leaves[row + 3]]);
    _mm256_store_pd(sums + row, _mm256_add_pd(_mm256_load_pd(sums + row), added));
  }
}

}  // namespace

void PlaneKernelAvx2(const PlaneCode& code, uint8_t* slots, size_t slot_count, double* sums) {
  alignas(32) uint8_t leaves[kPlaneRows];
  TurnTopBits(slots, slot_count * kPlaneRows);
  const PlaneTest* test = code.tests;
  const double* values = code.values;
  for (size_t t = 0; t < code.tree_count; ++t) {
    test = FindLeaves(code.trees[t], test, slots, leaves);
    AddValues(values, leaves, sums);
    values += code.trees[t].planes * 8;
  }
}

}  // namespace fairline
