#include "fairline/training/ensembles/ranked_columns.h"

#include "fairline/training/parallel.h"

namespace fairline {
namespace {

RankedColumn Rank(const SortedValues& sorted, size_t rows) {
  RankedColumn column{{}, std::vector<uint32_t>(rows)};
  for (uint64_t key : sorted.keys) {
    const float value = ValueOf(key);
    if (column.values.empty() || column.values.back() != value) column.values.push_back(value);
    column.ranks[RowOf(key)] = static_cast<uint32_t>(column.values.size() - 1);
  }
  const auto missing = static_cast<uint32_t>(column.values.size());
  for (uint32_t row : sorted.missing) column.ranks[row] = missing;
  return column;
}

}  // namespace

Result<std::vector<RankedColumn>> RankColumns(const EncodedMatrix& matrix, int threads) {
  std::vector<RankedColumn> columns(matrix.columns());
  const size_t blocks = (matrix.columns() + kColumnBlock - 1) / kColumnBlock;
  FAIRLINE_TRY(ParallelFor(blocks, threads, [&](size_t block) -> Status {
    const std::array<SortedValues, kColumnBlock> sorted = SortBlock(matrix, block);
    for (size_t lane = 0; lane < kColumnBlock; ++lane) {
      const size_t column = block * kColumnBlock + lane;
      if (column < columns.size()) columns[column] = Rank(sorted[lane], matrix.rows);
    }
    return {};
  }));
  return columns;
}

}  // namespace fairline
