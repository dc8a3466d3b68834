#include "fairline/training/ensembles/bag.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "fairline/core/check.h"

namespace fairline {

Bag::Bag(const EncodedMatrix& matrix, const BinnedColumns& columns, const RowsByClass& rows)
    : matrix_(matrix), columns_(columns), rows_(rows[0]) {
  FAIRLINE_CHECK(rows[0].size() == rows[1].size(), "a bag has as many rows of either class");
  rows_.insert(rows_.end(), rows[1].begin(), rows[1].end());
  words_.resize(columns.blocks() * size());
  uint64_t* next = words_.data();
  for (size_t block = 0; block < columns.blocks(); ++block) {
    const uint64_t* const words = columns.Block(block);
    for (uint32_t row : rows_) *next++ = words[row];
  }
  extents_.resize(columns.columns.size());
  buckets_.resize(columns.columns.size());
  for (size_t column = 0; column < extents_.size(); ++column) {
    std::array<bool, 256> held{};
    for (size_t row = 0; row < size(); ++row) held[Code(column, row)] = true;
    Extent& extent = extents_[column];
    const size_t bins = columns.columns[column].bins;
    extent.missing = held[bins];
    for (size_t bin = 0; bin < bins; ++bin) {
      if (!held[bin]) continue;
      extent.first = std::min(extent.first, bin);
      extent.last = bin;
    }
  }
}

Bag::Buckets Bag::MakeBuckets(size_t column) const {
  Buckets buckets;
  std::array<uint32_t, 258> starts{};
  for (size_t row = 0; row < size(); ++row) ++starts[Code(column, row) + 1];
  for (size_t bin = 1; bin < starts.size(); ++bin) starts[bin] += starts[bin - 1];
  buckets.starts.assign(starts.begin(), starts.end());
  buckets.rows.resize(size());
  for (size_t row = 0; row < size(); ++row) {
    buckets.rows[starts[Code(column, row)]++].row = static_cast<uint32_t>(row);
  }
  buckets.sorted.resize(columns_.columns[column].bins);
  return buckets;
}

std::span<const BagValue> Bag::Sorted(size_t column, size_t bin) {
  Buckets& buckets = buckets_[column];
  if (buckets.starts.empty()) buckets = MakeBuckets(column);
  const std::span<BagValue> rows(buckets.rows.data() + buckets.starts[bin],
                                 buckets.starts[bin + 1] - buckets.starts[bin]);
  if (buckets.sorted[bin]) return rows;
  const BinnedColumn& binned = columns_.columns[column];
  const bool many = binned.HoldsMany(bin);
  for (BagValue& value : rows) {
    value.value =
        many ? static_cast<float>(matrix_.Row(rows_[value.row])[column]) : binned.lowest[bin];
  }
  if (many) {
    std::ranges::sort(rows, [](const BagValue& a, const BagValue& b) {
      return std::tie(a.value, a.row) < std::tie(b.value, b.row);
    });
  }
  buckets.sorted[bin] = true;
  return rows;
}

}  // namespace fairline
