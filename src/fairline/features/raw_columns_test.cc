#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fairline/features/signature.h"
#include "fairline/features/test_fields.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

RawRow RowOf(const RawColumns& raw, size_t row, size_t fields) {
  RawRow values(fields);
  raw.Row(row, values);
  return values;
}

TEST(RawColumns, CategoriesBecomeCodesOfTheSignature) {
  const Signature signature({CategoricalField("SEX", {"F", "M"}), NumericField("AGE")});
  const Table table({NumericColumn("AGE", {30, kMissing, 50, 60}),
                     NumericColumn("EXTRA", {1, 2, 3, 4}),
                     CategoricalColumn("SEX", {"M", "F", "XNA", ""})});
  const auto raw = RawColumns::FromTable(signature, table);
  ASSERT_TRUE(raw) << raw.error().message;
  EXPECT_EQ(raw->rows(), 4u);
  EXPECT_EQ(RowOf(*raw, 0, 2), (RawRow{1, 30}));
  EXPECT_EQ(RowOf(*raw, 1, 2)[0], 0);
  EXPECT_TRUE(std::isnan(RowOf(*raw, 1, 2)[1]));
  EXPECT_EQ(RowOf(*raw, 2, 2)[0], kUnseenCategory);
  EXPECT_TRUE(std::isnan(RowOf(*raw, 3, 2)[0]));
}

TEST(RawColumns, ACategoricalFieldReadsAColumnOfNumbers) {
  const Signature signature({CategoricalField("REGION", {"1", "2"})});
  const Table table({NumericColumn("REGION", {2, kMissing, 7})});
  const auto raw = RawColumns::FromTable(signature, table);
  ASSERT_TRUE(raw);
  EXPECT_EQ(RowOf(*raw, 0, 1)[0], 1);
  EXPECT_TRUE(std::isnan(RowOf(*raw, 1, 1)[0]));
  EXPECT_EQ(RowOf(*raw, 2, 1)[0], kUnseenCategory);
}

TEST(RawColumns, TextInANumericInputNamesTheRow) {
  const Signature signature({NumericField("AGE")});
  const auto raw =
      RawColumns::FromTable(signature, Table({CategoricalColumn("AGE", {"", "thirty"})}));
  ASSERT_FALSE(raw);
  EXPECT_EQ(raw.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(raw.error().message, HasSubstr("AGE: \"thirty\" in data row 2 is not a number"));
}

TEST(RawColumns, AnEmptyColumnIsMissingWhateverItsTypeAndAnIdMayBeText) {
  const Signature signature({NumericField("AGE"), FieldOfRole("ID", FieldRole::kId)});
  const Table table({CategoricalColumn("AGE", {""}), CategoricalColumn("ID", {"A-1"})});
  const auto raw = RawColumns::FromTable(signature, table);
  ASSERT_TRUE(raw) << raw.error().message;
  EXPECT_TRUE(std::isnan(RowOf(*raw, 0, 2)[0]));
  EXPECT_TRUE(std::isnan(RowOf(*raw, 0, 2)[1]));
}

TEST(RawColumns, NamesEveryRequiredColumnThatIsAbsent) {
  const Signature signature(
      {NumericField("A"), NumericField("B"), NumericField("C"), {.name = "D", .required = false}});
  const auto raw = RawColumns::FromTable(signature, Table({NumericColumn("B", {1})}));
  ASSERT_FALSE(raw);
  EXPECT_THAT(raw.error().message, HasSubstr("no column for A, C"));
  EXPECT_THAT(raw.error().message, Not(HasSubstr("D")));
}

}  // namespace
}  // namespace fairline
