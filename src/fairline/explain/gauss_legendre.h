// Gauss-Legendre quadrature on [0, 1], the same bits on every machine.
#pragma once

#include <cstddef>
#include <vector>

namespace fairline {

/// Points in ascending order and their weights; the weights add up to 1.
struct Quadrature {
  std::vector<double> points;
  std::vector<double> weights;
};

/// The rule with `count` >= 1 points, exact for polynomials up to degree 2 * count - 1. Points and
/// weights are computed with about 100 bits and rounded once, so they are the doubles nearest to
/// the true values: whoever has another way to them gets the same numbers.
Quadrature GaussLegendre(size_t count);

}  // namespace fairline
