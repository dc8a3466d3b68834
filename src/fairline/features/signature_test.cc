#include "fairline/features/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "fairline/core/limits.h"
#include "fairline/features/test_fields.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

std::string FaultOf(std::vector<Field> fields) {
  const auto signature = Signature::Create(std::move(fields));
  return signature ? "" : signature.error().message;
}

TEST(Signature, FindsFieldsAndCategories) {
  const Signature signature({NumericField("AMT_CREDIT"), CategoricalField("SEX", {"F", "M"})});
  EXPECT_EQ(signature.Find("SEX"), 1);
  EXPECT_EQ(signature.Find("sex"), -1);
  EXPECT_EQ(signature.CategoryCode(1, "M"), 1.0);
  EXPECT_EQ(signature.CategoryCode(1, "XNA"), kUnseenCategory);
}

TEST(Signature, ACategoryMayArriveAsANumber) {
  EXPECT_EQ(CategoryText(3), "3");
  EXPECT_EQ(CategoryText(-0.0), "0");
  EXPECT_EQ(CategoryText(100000), "100000");
  EXPECT_EQ(CategoryText(0.1), "0.1");
  EXPECT_EQ(CategoryText(std::numeric_limits<double>::infinity()), "inf");
  const Signature signature({CategoricalField("REGION", {"1", "2", "3"})});
  EXPECT_EQ(signature.CategoryCode(0, 3.0), 2.0);
  EXPECT_EQ(signature.CategoryCode(0, 4.0), kUnseenCategory);
}

TEST(Signature, RefusesWhatItsUsersCouldNotRelyOn) {
  EXPECT_THAT(FaultOf({NumericField("A"), NumericField("A")}), HasSubstr("A: there are two"));
  EXPECT_THAT(FaultOf({NumericField("")}), HasSubstr("needs a name"));
  EXPECT_THAT(FaultOf({FieldOfRole("T", FieldRole::kTarget)}), HasSubstr("T: the target"));
  EXPECT_THAT(FaultOf({{.name = "I", .role = FieldRole::kId}}), HasSubstr("never a model input"));
  EXPECT_THAT(FaultOf({{.name = "F", .is_model_input = false}}),
              HasSubstr("must be a model input"));
  EXPECT_THAT(FaultOf({{.name = "A", .role = FieldRole::kAmount},
                       {.name = "B", .role = FieldRole::kAmount}}),
              HasSubstr("B: there can be only one amount"));
  EXPECT_THAT(FaultOf({{.name = "R", .minimum = 2, .maximum = 1}}),
              HasSubstr("minimum 2 is above its maximum 1"));
  EXPECT_THAT(FaultOf({CategoricalField("V", {"b", "a"})}), HasSubstr("in order"));
  EXPECT_THAT(FaultOf({CategoricalField("V", {"a", "a"})}), HasSubstr("only once"));
  EXPECT_THAT(FaultOf({{.name = "N", .vocabulary = {"a"}}}), HasSubstr("no categories"));
  EXPECT_THAT(FaultOf({CategoricalField("V", {std::string(limits::kCategoryBytes + 1, 'x')})}),
              HasSubstr("a category of 1025 bytes"));
}

TEST(Signature, NamesEveryFieldAtFault) {
  const auto signature =
      Signature::Create({{.name = "R", .minimum = 2, .maximum = 1}, NumericField("")});
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, ErrorCode::kInvalidArgument);
  ASSERT_EQ(signature.error().faults.size(), 2u);
  EXPECT_EQ(signature.error().faults[0].field, "R");
}

TEST(Signature, DamagedJsonIsDataLossAndSaysWhere) {
  for (const char* text :
       {"null", "[]", "{}", R"({"fields":{}})", R"({"fields":[1]})", R"({"fields":[{}]})",
        R"({"fields":[{"name":"A","type":"text","role":"feature","availability":"application",
            "availability_declared":false,"required":true,"model_input":true}]})",
        R"({"fields":[{"name":"A","type":"numeric","role":"boss","availability":"application",
            "availability_declared":false,"required":true,"model_input":true}]})",
        R"({"fields":[],"extra":1})"}) {
    const auto signature = Signature::FromJson(*Json::Parse(text));
    ASSERT_FALSE(signature) << text;
    EXPECT_EQ(signature.error().code, ErrorCode::kDataLoss) << text;
    EXPECT_THAT(signature.error().message, HasSubstr("signature")) << text;
  }
}

}  // namespace
}  // namespace fairline
