#include "fairline/data/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace fairline {
namespace {

using ::testing::ElementsAre;

Table Example() {
  return Table({{.name = "income", .numbers = {1, std::numeric_limits<double>::quiet_NaN(), 3}},
                {.name = "housing",
                 .type = ColumnType::kCategorical,
                 .codes = {0, Column::kMissingCode, 1},
                 .vocabulary = {"own", "rent"}}});
}

TEST(TableTest, FindsColumnsByName) {
  const Table table = Example();
  EXPECT_EQ(table.rows(), 3u);
  EXPECT_EQ(table.Find("housing"), 1);
  EXPECT_EQ(table.Find("Housing"), -1);
  EXPECT_EQ(Table().rows(), 0u);
}

TEST(TableTest, KnowsMissingValues) {
  const Table table = Example();
  EXPECT_TRUE(table.column(0).IsMissing(1));
  EXPECT_TRUE(table.column(1).IsMissing(1));
  EXPECT_FALSE(table.column(0).IsMissing(2));
  EXPECT_FALSE(table.column(1).IsMissing(0));
}

TEST(TableTest, SelectsRowsInTheOrderAskedFor) {
  const Table part = Example().Select({2, 0, 2});
  EXPECT_EQ(part.rows(), 3u);
  EXPECT_THAT(part.column(0).numbers, ElementsAre(3, 1, 3));
  EXPECT_THAT(part.column(1).codes, ElementsAre(1, 0, 1));
  EXPECT_THAT(part.column(1).vocabulary, ElementsAre("own", "rent"));
}

TEST(TableDeathTest, ColumnsMustFit) {
  EXPECT_DEATH(Table({{.name = "a", .numbers = {1}}, {.name = "b", .numbers = {}}}), "length");
  EXPECT_DEATH(Table({{.name = "a", .numbers = {1}}, {.name = "a", .numbers = {2}}}), "unique");
}

}  // namespace
}  // namespace fairline
