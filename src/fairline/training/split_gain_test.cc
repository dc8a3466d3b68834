#include "fairline/training/split_gain.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

using Shares = std::vector<double>;

TEST(GainShares, AddsUpTheTrees) {
  const std::string_view model =
      "tree\nTree=0\nsplit_feature=0 2\nsplit_gain=6 1\n\nTree=1\nsplit_feature=2\r\n"
      "split_gain=3\r\n\nTree=2\nnum_leaves=1\nsplit_feature=\nsplit_gain=\n\nend of trees\n";
  EXPECT_EQ(GainShares(model, 3), (Shares{0.6, 0, 0.4}));
}

TEST(GainShares, AreUnknownWhereTheFileDoesNotTell) {
  EXPECT_TRUE(GainShares("Tree=0\nsplit_feature=0 1\n", 2).empty());
  EXPECT_TRUE(GainShares("split_feature=0 1\nsplit_gain=5\n", 2).empty());
  EXPECT_TRUE(GainShares("split_feature=0 2\nsplit_gain=5 5\n", 2).empty());
  EXPECT_TRUE(GainShares("split_feature=0\nsplit_gain=nan\n", 1).empty());
  EXPECT_TRUE(GainShares("split_feature=0\nsplit_gain=-1\n", 1).empty());
}

}  // namespace
}  // namespace fairline
