// The rows that one AdaBoost learns from, laid out for adding up weights: those that paid first,
// those that defaulted after them, the codes of eight columns in a word.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/training/ensembles/binned_columns.h"
#include "fairline/training/ensembles/learning_rows.h"

namespace fairline {

struct BagValue {
  float value;
  uint32_t row;  // of the bag
};

class Bag {
 public:
  /// As many rows of either class. The matrix and the columns outlive the bag.
  Bag(const EncodedMatrix& matrix, const BinnedColumns& columns, const RowsByClass& rows);

  size_t size() const { return rows_.size(); }
  /// Rows [0, half()) paid, rows [half(), size()) defaulted.
  size_t half() const { return rows_.size() / 2; }
  const BinnedColumns& columns() const { return columns_; }
  const uint64_t* Block(size_t block) const { return words_.data() + block * size(); }
  uint8_t Code(size_t column, size_t row) const {
    return CodeIn(Block(column / kColumnBlock)[row], column % kColumnBlock);
  }

  /// Which bins of a column hold rows of the bag.
  struct Extent {
    size_t first = BinnedColumns::kMaxBins, last = 0;  // of values; first > last: there are none
    bool missing = false;
  };
  const Extent& ExtentOf(size_t column) const { return extents_[column]; }

  /// The bag's rows in that bin in the order of their values, ties in the order of rows. Valid
  /// until the bag is gone; what was sorted once stays so.
  std::span<const BagValue> Sorted(size_t column, size_t bin);

 private:
  // The rows of a column bin by bin, made when a bin is asked for first.
  struct Buckets {
    std::vector<uint32_t> starts;  // of the bins; of missing values; the end
    std::vector<BagValue> rows;
    std::vector<bool> sorted;
  };
  Buckets MakeBuckets(size_t column) const;

  const EncodedMatrix& matrix_;
  const BinnedColumns& columns_;
  std::vector<uint32_t> rows_;   // of the matrix
  std::vector<uint64_t> words_;  // [block][row]
  std::vector<Extent> extents_;
  std::vector<Buckets> buckets_;
};

}  // namespace fairline
