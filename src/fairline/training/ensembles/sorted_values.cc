#include "fairline/training/ensembles/sorted_values.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace fairline {
namespace {

// Least significant digit first, 11 bits of the value a time; rows are in order already. A digit
// that all keys share is skipped: most columns of an application have few values.
void SortByValue(std::vector<uint64_t>& keys, std::vector<uint64_t>& spare) {
  spare.resize(keys.size());
  for (int shift : {32, 43, 54}) {
    std::array<uint32_t, 2'048> starts{};
    for (uint64_t key : keys) ++starts[key >> shift & 2'047];
    if (std::ranges::find(starts, keys.size()) != starts.end()) continue;
    uint32_t next = 0;
    for (uint32_t& start : starts) next += std::exchange(start, next);
    for (uint64_t key : keys) spare[starts[key >> shift & 2'047]++] = key;
    keys.swap(spare);
  }
}

}  // namespace

std::array<SortedValues, kColumnBlock> SortBlock(const EncodedMatrix& matrix, size_t block) {
  const size_t begin = block * kColumnBlock;
  const size_t count = std::min(kColumnBlock, matrix.columns() - begin);
  std::array<SortedValues, kColumnBlock> sorted;
  for (size_t lane = 0; lane < count; ++lane) sorted[lane].keys.reserve(matrix.rows);
  for (size_t row = 0; row < matrix.rows; ++row) {
    const std::span<const double> values = matrix.Row(row).subspan(begin, count);
    for (size_t lane = 0; lane < count; ++lane) {
      const auto value = static_cast<float>(values[lane]);
      if (std::isnan(value)) {
        sorted[lane].missing.push_back(static_cast<uint32_t>(row));
      } else {
        sorted[lane].keys.push_back(KeyOf(value, row));
      }
    }
  }
  std::vector<uint64_t> spare;
  for (size_t lane = 0; lane < count; ++lane) SortByValue(sorted[lane].keys, spare);
  return sorted;
}

}  // namespace fairline
