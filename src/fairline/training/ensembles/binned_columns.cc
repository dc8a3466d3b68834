#include "fairline/training/ensembles/binned_columns.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "fairline/training/ensembles/sorted_values.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

size_t CountSeparable(std::span<const uint64_t> keys) {
  size_t count = !keys.empty();
  for (size_t i = 1; i < keys.size(); ++i) {
    count += Separable(ValueOf(keys[i - 1]), ValueOf(keys[i]));
  }
  return count;
}

// Cuts the sorted keys: every value its own bin if they fit, else a bin is full when it holds its
// share of the rows that are left.
BinnedColumn Cut(std::span<const uint64_t> keys, uint8_t* codes) {
  constexpr size_t kMax = BinnedColumns::kMaxBins, kStride = sizeof(uint64_t);
  const bool each_its_own = CountSeparable(keys) <= kMax;
  BinnedColumn column;
  for (size_t i = 0, begin = 0; i < keys.size(); ++i) {
    const float value = ValueOf(keys[i]);
    if (i == begin) column.lowest.push_back(value);
    codes[RowOf(keys[i]) * kStride] = static_cast<uint8_t>(column.bins);
    const bool last = i + 1 == keys.size();
    if (!last && !Separable(value, ValueOf(keys[i + 1]))) continue;
    const size_t bins_left = kMax - column.bins;
    if (last || each_its_own || (i + 1 - begin) * bins_left >= keys.size() - begin) {
      column.highest.push_back(value);
      ++column.bins;
      begin = i + 1;
    }
  }
  return column;
}

void BinBlock(const EncodedMatrix& matrix, size_t block, BinnedColumns& binned) {
  static_assert(std::endian::native == std::endian::little, "codes are written as bytes of a word");
  const std::array<SortedValues, kColumnBlock> sorted = SortBlock(matrix, block);
  const size_t begin = block * kColumnBlock;
  auto* const codes = reinterpret_cast<uint8_t*>(binned.words.data() + block * matrix.rows);
  for (size_t lane = 0; lane < kColumnBlock && begin + lane < matrix.columns(); ++lane) {
    BinnedColumn& column = binned.columns[begin + lane];
    column = Cut(sorted[lane].keys, codes + lane);
    column.missing = !sorted[lane].missing.empty();
    for (uint32_t row : sorted[lane].missing) {
      codes[row * sizeof(uint64_t) + lane] = static_cast<uint8_t>(column.bins);
    }
  }
}

}  // namespace

Result<BinnedColumns> BinColumns(const EncodedMatrix& matrix, int threads) {
  BinnedColumns binned{.rows = matrix.rows};
  binned.columns.resize(matrix.columns());
  binned.words.resize(binned.blocks() * matrix.rows);
  FAIRLINE_TRY(ParallelFor(binned.blocks(), threads, [&](size_t block) -> Status {
    BinBlock(matrix, block, binned);
    return {};
  }));
  return binned;
}

Status CheckSplittable(const BinnedColumns& columns) {
  for (const BinnedColumn& column : columns.columns) {
    if (column.bins + column.missing > 1) return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "every column holds the same value in all rows: there is nothing to learn from");
}

}  // namespace fairline
