// What attributions look like on average: the populations an applicant is compared with when
// reasons are given (Reg B commentary 9(b)(2)-5).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/bundle.h"
#include "fairline/training/matrix.h"
#include "fairline/training/progress.h"

namespace fairline {

/// Rows that stand for a population, ascending.
struct ReferenceRows {
  std::string name;
  std::string description;
  std::vector<size_t> rows;
};

/// The populations `all` (every row) and `at_cutoff` (the approved rows whose probability comes
/// nearest to the cut-off: 5 % of the rows, at least 50 where there are so many). `at_cutoff` is
/// left out when the cut-off approves nobody. More than 5,000 rows are drawn down to 5,000 by seed.
std::vector<ReferenceRows> ReferencePopulations(std::span<const double> probabilities,
                                                double threshold, uint64_t seed);

struct Attributed {
  ReferenceValues references;
  std::vector<double> mean_absolute;  // over `all`, one per feature: how much each one matters
};

/// Mean attributions of the model over the populations. On `threads` threads, summed in row order.
Result<Attributed> AttributePopulations(const Model& model, const EncodedMatrix& matrix,
                                        const std::vector<ReferenceRows>& populations, int threads,
                                        const Progress& progress);

}  // namespace fairline
