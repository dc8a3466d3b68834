#include "fairline/data/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fairline {
namespace {

using ::testing::ElementsAre;

/// Difference between the fullest and the emptiest fold.
int Spread(const std::vector<int>& counts) {
  const auto [least, most] = std::ranges::minmax_element(counts);
  return *most - *least;
}

RC_GTEST_PROP(StratifiedFoldsProperty, EveryFoldHasItsShare, ()) {
  const auto target = *rc::gen::container<std::vector<double>>(rc::gen::element(0.0, 0.0, 1.0));
  const int folds = *rc::gen::inRange(2, 11);
  const std::vector<int> fold_of = StratifiedFolds(target, folds, *rc::gen::arbitrary<uint64_t>());
  std::vector<int> rows(static_cast<size_t>(folds)), defaults(static_cast<size_t>(folds));
  for (size_t i = 0; i < target.size(); ++i) {
    RC_ASSERT(fold_of[i] >= 0 && fold_of[i] < folds);
    ++rows[static_cast<size_t>(fold_of[i])];
    defaults[static_cast<size_t>(fold_of[i])] += target[i] == 1;
  }
  RC_ASSERT(fold_of.size() == target.size());
  RC_ASSERT(Spread(rows) <= 1);
  RC_ASSERT(Spread(defaults) <= 1);
}

TEST(StratifiedFoldsTest, AreTheSameOnEveryMachine) {
  const std::vector<double> target = {0, 1, 0, 0, 1, 0, 0, 1, 0, 0};
  EXPECT_THAT(StratifiedFolds(target, 3, 42), ElementsAre(0, 1, 1, 2, 2, 1, 0, 0, 2, 0));
  EXPECT_NE(StratifiedFolds(target, 3, 42), StratifiedFolds(target, 3, 43));
}

RC_GTEST_PROP(StratifiedHoldOutProperty, PutsTheShareOfEachClassAside, ()) {
  const auto target = *rc::gen::container<std::vector<double>>(rc::gen::element(0.0, 0.0, 1.0));
  const double share = *rc::gen::inRange(0, 101) / 100.0;
  const HoldOut split = StratifiedHoldOut(target, share, *rc::gen::arbitrary<uint64_t>());
  std::vector<size_t> all = split.train;
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::ranges::sort(all);
  RC_ASSERT(all.size() == target.size());
  for (size_t i = 0; i < all.size(); ++i) RC_ASSERT(all[i] == i);
  RC_ASSERT(std::ranges::is_sorted(split.train) && std::ranges::is_sorted(split.test));
  for (const double label : {0.0, 1.0}) {
    const auto of_class = [&](size_t row) { return target[row] == label; };
    const auto expected = share * static_cast<double>(std::ranges::count(target, label));
    const auto put_aside = static_cast<double>(std::ranges::count_if(split.test, of_class));
    RC_ASSERT(put_aside >= expected - 0.5 && put_aside <= expected + 0.5);
  }
}

}  // namespace
}  // namespace fairline
