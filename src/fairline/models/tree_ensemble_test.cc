#include "fairline/models/tree_ensemble.h"

#include <gtest/gtest.h>

#include <limits>

namespace fairline {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool Left(const TreeNode& node, double value) { return GoesLeft(Tree(), node, value); }

TEST(GoesLeft, WithoutAMissingTypeNanIsZero) {
  EXPECT_TRUE(Left({.default_left = false, .threshold = 0.5}, kNan));
  EXPECT_FALSE(Left({.default_left = true, .threshold = -0.5}, kNan));
  EXPECT_TRUE(Left({.threshold = 2}, 2));
  EXPECT_FALSE(Left({.threshold = 2}, 2.0000000000000004));
}

TEST(GoesLeft, NanTypeSendsOnlyNanTheDefaultWay) {
  const TreeNode node{.default_left = true, .missing = MissingType::kNan, .threshold = -1};
  EXPECT_TRUE(Left(node, kNan));
  EXPECT_FALSE(Left(node, 0));
  EXPECT_FALSE(Left(node, kInfinity));
  EXPECT_TRUE(Left(node, -kInfinity));
}

TEST(GoesLeft, ZeroTypeSendsZeroAndNanTheDefaultWay) {
  const TreeNode node{.default_left = true, .missing = MissingType::kZero, .threshold = -1};
  EXPECT_TRUE(Left(node, 0));
  EXPECT_TRUE(Left(node, -0.0));
  EXPECT_TRUE(Left(node, kNan));
  EXPECT_TRUE(Left(node, kZeroThreshold));
  EXPECT_TRUE(Left(node, -kZeroThreshold));
  EXPECT_FALSE(Left(node, 1.1e-35));
}

TEST(GoesLeft, CategoriesAreCutToWholeNumbers) {
  Tree tree;
  tree.category_bits = {0xffffffff, 0b1001, 0b1};
  const TreeNode node{
      .categorical = true, .default_left = true, .category_begin = 1, .category_end = 3};
  for (const double inside : {0.0, -0.0, -0.5, 0.9, 3.0, 3.99, 32.0}) {
    EXPECT_TRUE(GoesLeft(tree, node, inside)) << inside;
  }
  for (const double outside : {1.0, -1.0, -3.0, 33.0, 64.0, 2147483648.0, 4294967296.0, 1e300,
                               -1e300, kNan, kInfinity, -kInfinity}) {
    EXPECT_FALSE(GoesLeft(tree, node, outside)) << outside;
  }
}

}  // namespace
}  // namespace fairline
