#include "fairline/training/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace fairline {
namespace {

using testing::HasSubstr;

Table WithTarget(std::vector<double> numbers) {
  return Table({Column{.name = "TARGET", .numbers = std::move(numbers)}});
}

std::string Refused(const Table& table, std::string_view column) {
  const auto outcomes = OutcomesOf(table, column);
  EXPECT_FALSE(outcomes);
  return outcomes ? "" : outcomes.error().message;
}

TEST(OutcomesOf, TakesZeroesAndOnes) {
  EXPECT_EQ(OutcomesOf(WithTarget({0, 1, 1}), "TARGET").value(), (std::vector<double>{0, 1, 1}));
}

TEST(OutcomesOf, NamesTheRowAtFault) {
  EXPECT_THAT(Refused(WithTarget({0, 1, 2}), "TARGET"), HasSubstr("row 3 it is 2"));
  const double missing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(Refused(WithTarget({0, missing}), "TARGET"), HasSubstr("row 2 it is missing"));
  const Table words({Column{
      .name = "TARGET", .type = ColumnType::kCategorical, .codes = {0}, .vocabulary = {"bad"}}});
  EXPECT_THAT(Refused(words, "TARGET"), HasSubstr("row 1 it is \"bad\""));
}

TEST(OutcomesOf, NeedsBothOutcomesAndTheColumn) {
  EXPECT_THAT(Refused(WithTarget({0, 0}), "TARGET"), HasSubstr("same outcome"));
  EXPECT_THAT(Refused(WithTarget({0, 1}), "DEFAULT"), HasSubstr("no column DEFAULT"));
}

}  // namespace
}  // namespace fairline
