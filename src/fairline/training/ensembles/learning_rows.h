// What the ensembles learn from, and the part of it that one member sees.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fairline/core/random.h"
#include "fairline/core/result.h"
#include "fairline/training/matrix.h"

namespace fairline {

/// The rows of each class: [0] those that paid, [1] those that defaulted. A row may be in it twice
/// when it was drawn with replacement.
using RowsByClass = std::array<std::vector<uint32_t>, 2>;

/// Takes the rows apart by their outcome. Errors: no row or no column, outcomes that are not as
/// many as the rows or neither 0 nor 1, one outcome only, a number that no float can hold.
Result<RowsByClass> ByClass(const EncodedMatrix& matrix, std::span<const double> outcomes);

/// The random numbers of one member of an ensemble, whichever thread trains it.
Random RandomOfMember(uint64_t seed, size_t member);

/// `count` of the rows, each at most once, or drawn anew each time if `replacement`. In their
/// order.
std::vector<uint32_t> Draw(std::span<const uint32_t> rows, size_t count, bool replacement,
                           Random& random);

/// All rows of the rarer class and as many of the other.
RowsByClass Undersample(const RowsByClass& rows, bool replacement, Random& random);

}  // namespace fairline
