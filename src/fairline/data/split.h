// Stratified splits: every part has its share of each class, and the same seed gives the same parts
// on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fairline {

/// The fold (0 .. folds-1) of each row, for a target of 0 and 1. Of either class, and of all rows,
/// any two folds hold the same number give or take one. Needs folds >= 2; a fold is without a class
/// if that class has fewer rows than there are folds.
std::vector<int> StratifiedFolds(std::span<const double> target, int folds, uint64_t seed);

/// Row indexes, ascending.
struct HoldOut {
  std::vector<size_t> train;
  std::vector<size_t> test;
};

/// Puts `test_share` (between 0 and 1) of each class aside, rounded to whole rows.
HoldOut StratifiedHoldOut(std::span<const double> target, double test_share, uint64_t seed);

}  // namespace fairline
