// The columns of a matrix as ranks of their values, once for all trees of a forest: sorting the
// rows of a node is sorting small whole numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/training/ensembles/sorted_values.h"
#include "fairline/training/matrix.h"

namespace fairline {

struct RankedColumn {
  std::vector<float> values;    // ascending, each once
  std::vector<uint32_t> ranks;  // per row, index into values; values.size() if it is missing
};

/// The only error is one of the threads'.
Result<std::vector<RankedColumn>> RankColumns(const EncodedMatrix& matrix, int threads);

}  // namespace fairline
