// What a row makes of the bags of an ensemble of stumps. Plain pointers and numbers only: kernel
// files are compiled for processors that not everybody has, and bring no shared inline function
// with them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fairline {

/// Numbers of bags stand in lines of eight neighbours.
inline constexpr size_t kBagsOfLine = 8;

/// What a feature adds to the bags that test it.
struct BagTerms {
  const double* lines;     // `count` of them, one after the other
  const uint32_t* places;  // for each, which line of bags it is added to
  size_t count;
};

/// Adds the terms of `count` features to the margins, one feature after the other; probabilities[i]
/// gets the bits of Logistic(margins[i]) (core/math.h). Both hold `lines` lines, of finite numbers.
using BagKernel = void (*)(const BagTerms* features, size_t count, size_t lines, double* margins,
                           double* probabilities);

void ScoreBags(const BagTerms* features, size_t count, size_t lines, double* margins,
               double* probabilities);
void ScoreBagsAvx2(const BagTerms* features, size_t count, size_t lines, double* margins,
                   double* probabilities);
void ScoreBagsAvx512(const BagTerms* features, size_t count, size_t lines, double* margins,
                     double* probabilities);

}  // namespace fairline
