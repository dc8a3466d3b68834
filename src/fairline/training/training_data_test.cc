#include "fairline/training/training_data.h"

#include <gtest/gtest.h>

#include <limits>

#include "fairline/features/training_signature.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Column Jobs(std::vector<int32_t> codes, std::vector<std::string> vocabulary) {
  return {.name = "JOB",
          .type = ColumnType::kCategorical,
          .codes = std::move(codes),
          .vocabulary = std::move(vocabulary)};
}

TEST(BaselineOf, CountsNumbersCategoriesAndWhatIsMissing) {
  const Table table({Column{.name = "DAYS", .numbers = {1, 2, 365243, kMissing}},
                     Jobs({0, 1, 0, Column::kMissingCode}, {"clerk", "baker"}),
                     Column{.name = "ID", .numbers = {1, 2, 3, 4}}});
  FieldOptions days, id;
  days.name = "DAYS";
  days.missing_values = {365243};
  id.name = "ID";
  id.role = FieldRole::kId;
  const auto signature = InferSignature(table, {days, id}, false);
  ASSERT_TRUE(signature);
  const auto baseline = BaselineOf(*signature, table, std::vector<double>{0.1, 0.2, 0.3, 0.4});
  ASSERT_TRUE(baseline);
  const Json& fields = *baseline->Find("fields");
  EXPECT_EQ(fields.Find("DAYS")->Dump(),
            R"({"edges":[1.0],"counts":[1,1],"missing":2,"minimum":1.0,"maximum":2.0})");
  EXPECT_EQ(fields.Find("JOB")->Dump(),
            R"({"categories":["baker","clerk"],"counts":[1,2],"missing":1})");
  EXPECT_EQ(fields.Find("ID"), nullptr);
  EXPECT_EQ(baseline->Find("probability")->Find("counts")->array().size(), 4u);
}

TEST(Fingerprint, DependsOnValuesAndNotOnTheOrderOfCategories) {
  const std::string clerk_first = Fingerprint(Table({Jobs({0, 1}, {"clerk", "baker"})}));
  EXPECT_EQ(clerk_first, Fingerprint(Table({Jobs({1, 0}, {"baker", "clerk"})})));
  EXPECT_NE(clerk_first, Fingerprint(Table({Jobs({1, 0}, {"clerk", "baker"})})));
  EXPECT_NE(Fingerprint(Table({Column{.name = "A", .numbers = {1, kMissing}}})),
            Fingerprint(Table({Column{.name = "A", .numbers = {1, 0}}})));
  EXPECT_EQ(clerk_first.size(), 64u);
}

}  // namespace
}  // namespace fairline
