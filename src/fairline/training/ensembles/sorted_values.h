// The columns of a matrix in the order of their values, rounded to float.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "fairline/training/matrix.h"

namespace fairline {

/// Values of a column that differ by no more are taken for equal: no split goes between them
/// (scikit-learn's trees, in float arithmetic).
inline constexpr float kSameValue = 1e-7f;

/// Whether a split may go between two neighbours, lower <= upper.
inline bool Separable(float lower, float upper) { return upper > lower + kSameValue; }

/// A value and its row in one word that orders by the value.
inline uint64_t KeyOf(float value, size_t row) {
  const auto bits = std::bit_cast<uint32_t>(value + 0.0f);  // -0 becomes 0
  const uint32_t ordered = bits >> 31 ? ~bits : bits | 0x80000000u;
  return uint64_t{ordered} << 32 | row;
}
inline float ValueOf(uint64_t key) {
  const auto ordered = static_cast<uint32_t>(key >> 32);
  return std::bit_cast<float>(ordered >> 31 ? ordered & 0x7fffffffu : ~ordered);
}
inline uint32_t RowOf(uint64_t key) { return static_cast<uint32_t>(key); }

struct SortedValues {
  std::vector<uint64_t> keys;     // ascending
  std::vector<uint32_t> missing;  // rows without a value
};

/// Columns are read eight at a time, since the values of a row lie side by side.
inline constexpr size_t kColumnBlock = 8;

/// Columns [8 block, 8 block + 8) as far as there are any.
std::array<SortedValues, kColumnBlock> SortBlock(const EncodedMatrix& matrix, size_t block);

}  // namespace fairline
