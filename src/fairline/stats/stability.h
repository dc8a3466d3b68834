// Whether one group of rows scores like another.
#pragma once

#include <cstddef>
#include <span>

namespace fairline {

/// The population stability index of two histograms over the same bins: the symmetric
/// Kullback-Leibler divergence (Jeffreys) of their shares. An empty bin counts as half a row, so
/// the index is finite. Both must hold rows.
double PopulationStabilityIndex(std::span<const size_t> expected, std::span<const size_t> actual);

}  // namespace fairline
