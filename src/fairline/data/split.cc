#include "fairline/data/split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "fairline/core/check.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

/// The rows of class 0 and of class 1, each in random order (Fisher and Yates; Durstenfeld, 1964).
std::array<std::vector<size_t>, 2> ShuffledClasses(std::span<const double> target, uint64_t seed) {
  std::array<std::vector<size_t>, 2> classes;
  for (size_t row = 0; row < target.size(); ++row) {
    FAIRLINE_CHECK(target[row] == 0 || target[row] == 1, "a target to split by is 0 or 1");
    classes[target[row] == 1].push_back(row);
  }
  Random random(seed);
  for (std::vector<size_t>& rows : classes) {
    for (size_t left = rows.size(); left > 1; --left) {
      std::swap(rows[left - 1], rows[random.Below(left)]);
    }
  }
  return classes;
}

}  // namespace

std::vector<int> StratifiedFolds(std::span<const double> target, int folds, uint64_t seed) {
  FAIRLINE_CHECK(folds >= 2, "a split has two folds or more");
  std::vector<int> fold_of(target.size());
  // Dealt like cards; the second class goes on where the first ended, so that the folds' sizes stay
  // within one row too.
  size_t dealt = 0;
  for (const std::vector<size_t>& rows : ShuffledClasses(target, seed)) {
    for (const size_t row : rows) {
      fold_of[row] = static_cast<int>(dealt++ % static_cast<size_t>(folds));
    }
  }
  return fold_of;
}

HoldOut StratifiedHoldOut(std::span<const double> target, double test_share, uint64_t seed) {
  FAIRLINE_CHECK(test_share >= 0 && test_share <= 1, "a share is between 0 and 1");
  HoldOut split;
  for (const std::vector<size_t>& rows : ShuffledClasses(target, seed)) {
    const auto test_rows =
        static_cast<size_t>(std::floor(test_share * static_cast<double>(rows.size()) + 0.5));
    for (size_t i = 0; i < rows.size(); ++i) {
      (i < test_rows ? split.test : split.train).push_back(rows[i]);
    }
  }
  std::ranges::sort(split.train);
  std::ranges::sort(split.test);
  return split;
}

}  // namespace fairline
