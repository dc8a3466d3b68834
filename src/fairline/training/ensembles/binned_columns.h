// The columns of a matrix cut into at most 255 ranges of values, once for all members of an
// ensemble. Growers add up weights per range; the exact one then looks into the few ranges in which
// a better split may lie.
#pragma once

#include <cstdint>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/training/ensembles/sorted_values.h"
#include "fairline/training/matrix.h"

namespace fairline {

struct BinnedColumn {
  size_t bins = 0;            // ranges of values; `bins` itself is the code of a missing value
  std::vector<float> lowest;  // per bin, the lowest and highest value of any row
  std::vector<float> highest;
  bool missing = false;  // some row has no value
  bool HoldsMany(size_t bin) const { return lowest[bin] != highest[bin]; }
};

/// Codes lie in blocks of eight columns: one 64-bit word per row and block, the first column in the
/// lowest byte. Rows of the last block are filled up with zeros.
struct BinnedColumns {
  static constexpr size_t kMaxBins = 255;

  size_t rows = 0;
  std::vector<BinnedColumn> columns;
  std::vector<uint64_t> words;  // [block][row]

  size_t blocks() const { return (columns.size() + kColumnBlock - 1) / kColumnBlock; }
  const uint64_t* Block(size_t block) const { return words.data() + block * rows; }
};

inline uint8_t CodeIn(uint64_t word, size_t lane) { return static_cast<uint8_t>(word >> 8 * lane); }

/// Values are rounded to float. Two neighbouring bins are always separable; where a column has no
/// more than 255 separable values, each has its own bin, otherwise bins hold about as many rows.
Result<BinnedColumns> BinColumns(const EncodedMatrix& matrix, int threads);

/// An error if no column holds two values that a split could tell apart.
Status CheckSplittable(const BinnedColumns& columns);

}  // namespace fairline
