// A broken invariant stops the process, says which one, and costs nothing when it holds.
#include "fairline/core/check.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

TEST(CheckDeathTest, StopsTheProcessAndNamesTheInvariant) {
  const int rows = 3;
  EXPECT_DEATH(FAIRLINE_CHECK(rows == 4, "rows are lost"),
               "check_test.cc:.*check failed: rows are lost .rows == 4");
}

TEST(Check, EvaluatesItsConditionOnce) {
  int evaluations = 0;
  FAIRLINE_CHECK(++evaluations > 0, "counted");
  EXPECT_EQ(evaluations, 1);
}

}  // namespace
}  // namespace fairline
