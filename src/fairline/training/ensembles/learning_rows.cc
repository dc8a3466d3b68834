#include "fairline/training/ensembles/learning_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace fairline {
namespace {

// Trees compare floats, as scikit-learn's do.
Status CheckFloats(const EncodedMatrix& matrix) {
  for (size_t row = 0; row < matrix.rows; ++row) {
    const std::span<const double> values = matrix.Row(row);
    for (size_t column = 0; column < values.size(); ++column) {
      if (std::isinf(static_cast<float>(values[column]))) {
        return Fail(
            ErrorCode::kInvalidArgument,
            fmt::format("row {}, column {}: {} is too large a number; the largest is {:g}", row + 1,
                        matrix.names[column], values[column], std::numeric_limits<float>::max()));
      }
    }
  }
  return {};
}

}  // namespace

Result<RowsByClass> ByClass(const EncodedMatrix& matrix, std::span<const double> outcomes) {
  if (matrix.rows == 0 || matrix.columns() == 0) {
    return Fail(ErrorCode::kInvalidArgument, "there is nothing to learn from: the table is empty");
  }
  if (outcomes.size() != matrix.rows || matrix.rows > std::numeric_limits<uint32_t>::max()) {
    return Fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{} rows with {} outcomes: each row needs one", matrix.rows, outcomes.size()));
  }
  RowsByClass rows;
  for (size_t row = 0; row < matrix.rows; ++row) {
    if (outcomes[row] != 0 && outcomes[row] != 1) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("row {}: the outcome is {}, which is neither 0 nor 1", row + 1,
                              outcomes[row]));
    }
    rows[outcomes[row] == 1].push_back(static_cast<uint32_t>(row));
  }
  if (rows[0].empty() || rows[1].empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("every outcome is {}: a model needs rows with either outcome",
                            rows[0].empty() ? 1 : 0));
  }
  FAIRLINE_TRY(CheckFloats(matrix));
  return rows;
}

Random RandomOfMember(uint64_t seed, size_t member) {
  return Random(Random(seed).NextUint64() + member);
}

std::vector<uint32_t> Draw(std::span<const uint32_t> rows, size_t count, bool replacement,
                           Random& random) {
  std::vector<uint32_t> times(rows.size());
  if (replacement) {
    for (size_t i = 0; i < count; ++i) ++times[random.Below(rows.size())];
  } else {
    std::vector<uint32_t> order(rows.size());
    std::iota(order.begin(), order.end(), 0);
    for (size_t i = 0; i < count; ++i) {
      std::swap(order[i], order[i + random.Below(rows.size() - i)]);
      times[order[i]] = 1;
    }
  }
  std::vector<uint32_t> drawn;
  drawn.reserve(count);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (uint32_t time = 0; time < times[i]; ++time) drawn.push_back(rows[i]);
  }
  return drawn;
}

RowsByClass Undersample(const RowsByClass& rows, bool replacement, Random& random) {
  RowsByClass sample = rows;
  const size_t larger = rows[1].size() > rows[0].size();
  if (rows[0].size() != rows[1].size()) {
    sample[larger] = Draw(rows[larger], rows[1 - larger].size(), replacement, random);
  }
  return sample;
}

}  // namespace fairline
