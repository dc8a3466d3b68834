#include "fairline/features/training_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/limits.h"
#include "fairline/core/yaml.h"
#include "fairline/features/test_fields.h"

namespace fairline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<FieldOptions> Declared(std::string_view yaml) {
  return *ParseFieldOptions(*ParseYaml(yaml, "train.yaml"), "train.yaml: fields");
}

Table Applicants() {
  return Table({NumericColumn("ID", {1, 2, 3}), NumericColumn("TARGET", {0, 1, 0}),
                CategoricalColumn("SEX", {"M", "F", ""}),
                CategoricalColumn("TYPE", {"b", "a", "b"}), NumericColumn("AMT", {10, 20, 30}),
                NumericColumn("REGION", {10, 9, 10})});
}

TEST(FieldOptions, ReadsTheMapAndItsShortForm) {
  const auto options = Declared(R"(
SEX: protected
EXT_*: {availability: bureau, required: false}
AMT: {role: amount, minimum: 0, maximum: 1e6, missing_values: [-1]}
REGION: {categorical: true}
)");
  ASSERT_EQ(options.size(), 4u);
  EXPECT_EQ(options[0].role, FieldRole::kProtected);
  EXPECT_EQ(options[1].name, "EXT_*");
  EXPECT_EQ(options[1].availability, Availability::kBureau);
  EXPECT_EQ(options[1].required, false);
  EXPECT_EQ(options[2].maximum, 1e6);
  EXPECT_THAT(options[2].missing_values, ElementsAre(-1));
  EXPECT_EQ(options[3].categorical, true);
}

TEST(FieldOptions, NamesEveryFaultWithItsLine) {
  const auto map = ParseYaml("A: {role: boss}\nB: {minmum: 1}\nC: 7\n", "train.yaml");
  const auto options = ParseFieldOptions(*map, "train.yaml: fields");
  ASSERT_FALSE(options);
  EXPECT_THAT(
      options.error().message,
      AllOf(HasSubstr("train.yaml:1: fields.A: role: \"boss\" is not a role; use id, target"),
            HasSubstr("train.yaml:2: fields.B: unknown key \"minmum\""),
            HasSubstr("train.yaml:3: fields.C")));
  EXPECT_EQ(options.error().faults.size(), 3u);
}

TEST(FieldOptions, AnExactNameOverridesPatternsAndALaterPatternAnEarlierOne) {
  const auto declared = Declared(R"(
EXT_1: {required: true}
"*": {required: false, availability: bureau}
EXT_*: {availability: application}
)");
  EXPECT_EQ(OptionsFor("EXT_1", declared).required, true);
  EXPECT_EQ(OptionsFor("EXT_1", declared).availability, Availability::kApplication);
  EXPECT_EQ(OptionsFor("AMT", declared).availability, Availability::kBureau);
}

TEST(InferSignature, RolesTypesAndVocabulariesOfTheTable) {
  const auto signature = InferSignature(
      Applicants(), Declared("{ID: id, TARGET: target, SEX: protected, AMT: amount}"), false);
  ASSERT_TRUE(signature) << signature.error().message;
  ASSERT_EQ(signature->size(), 5u);
  const auto& fields = signature->fields();
  EXPECT_EQ(fields[0].role, FieldRole::kId);
  EXPECT_FALSE(fields[0].required || fields[0].is_model_input);
  EXPECT_EQ(fields[1].name, "SEX");
  EXPECT_FALSE(fields[1].required || fields[1].is_model_input);
  EXPECT_THAT(fields[1].vocabulary, ElementsAre("F", "M"));
  EXPECT_EQ(fields[2].type, ColumnType::kCategorical);
  EXPECT_THAT(fields[2].vocabulary, ElementsAre("a", "b"));
  EXPECT_TRUE(fields[2].required && fields[2].is_model_input);
  EXPECT_EQ(fields[3].role, FieldRole::kAmount);
  EXPECT_TRUE(fields[3].is_model_input);
  EXPECT_THAT(fields[4].vocabulary, IsEmpty());
  EXPECT_EQ(signature->Find("TARGET"), -1);
}

TEST(InferSignature, ProtectedFieldsAreInputsOnlyWhenTheConfigurationSaysSo) {
  const auto signature = InferSignature(Applicants(), Declared("SEX: protected"), true);
  ASSERT_TRUE(signature);
  const Field& sex = signature->fields()[signature->Find("SEX")];
  EXPECT_EQ(sex.role, FieldRole::kProtected);
  EXPECT_TRUE(sex.is_model_input && sex.required);
}

TEST(InferSignature, TheDateOfTheApplicationIsNoInputUnlessDeclared) {
  const Table table({NumericColumn("AMT", {1, 2}),
                     CategoricalColumn("APPLICATION_DATE", {"2025-01-01", "2025-01-02"})});
  const auto ignored = InferSignature(table, {}, false);
  ASSERT_TRUE(ignored) << ignored.error().message;
  const Field& date = ignored->fields()[ignored->Find("APPLICATION_DATE")];
  EXPECT_EQ(date.role, FieldRole::kIgnored);
  EXPECT_FALSE(date.is_model_input || date.required);
  const auto declared = InferSignature(table, Declared("APPLICATION_*: feature"), false);
  ASSERT_TRUE(declared);
  EXPECT_TRUE(declared->fields()[declared->Find("APPLICATION_DATE")].is_model_input);
}

TEST(InferSignature, NumbersCanBeDeclaredCategories) {
  const auto signature =
      InferSignature(Applicants(), Declared("REGION: {categorical: true}"), false);
  ASSERT_TRUE(signature);
  const Field& region = signature->fields()[signature->Find("REGION")];
  EXPECT_EQ(region.type, ColumnType::kCategorical);
  EXPECT_THAT(region.vocabulary, ElementsAre("10", "9"));  // bytewise
}

TEST(InferSignature, VocabularyHoldsOnlyCategoriesOfTheseRows) {
  const auto signature = InferSignature(Applicants().Select({0}), {}, false);
  ASSERT_TRUE(signature);
  EXPECT_THAT(signature->fields()[signature->Find("SEX")].vocabulary, ElementsAre("M"));
}

TEST(InferSignature, NamesDeclaredFieldsThatAreNotColumns) {
  const auto signature = InferSignature(
      Applicants(), Declared("{AMOUNT: amount, FLAG_*: ignored, OUTCOME: target, A*: feature}"),
      false);
  ASSERT_FALSE(signature);
  EXPECT_THAT(signature.error().message,
              AllOf(HasSubstr("AMOUNT, FLAG_*"), Not(HasSubstr("OUTCOME"))));
}

TEST(InferSignature, TooManyCategoriesSuggestIgnoringTheColumn) {
  Column names = CategoricalColumn("NAME", {});
  for (size_t i = 0; i <= limits::kCategoriesPerColumn; ++i) {
    names.vocabulary.push_back(std::to_string(i));
    names.codes.push_back(static_cast<int32_t>(i));
  }
  const Table table({std::move(names)});
  const auto signature = InferSignature(table, {}, false);
  ASSERT_FALSE(signature);
  EXPECT_THAT(signature.error().message,
              AllOf(HasSubstr("NAME: 10001 categories"), HasSubstr("role: ignored")));
  EXPECT_TRUE(InferSignature(table, Declared("NAME: ignored"), false));
  EXPECT_TRUE(InferSignature(table, Declared("NAME: id"), false));
}

TEST(InferSignature, WhatIsForNumbersCannotBeDeclaredForText) {
  const auto named = InferSignature(Applicants(), Declared("TYPE: {minimum: 0}"), false);
  ASSERT_FALSE(named);
  EXPECT_THAT(named.error().message, HasSubstr("TYPE: a range"));
  const auto numeric = InferSignature(Applicants(), Declared("TYPE: {categorical: false}"), false);
  ASSERT_FALSE(numeric);
  EXPECT_THAT(numeric.error().message, HasSubstr("TYPE is declared `categorical: false`"));

  const auto pattern = InferSignature(Applicants(), Declared("'*': {missing_values: [-1]}"), false);
  ASSERT_TRUE(pattern) << pattern.error().message;
  EXPECT_THAT(pattern->fields()[pattern->Find("AMT")].missing_values, ElementsAre(-1));
  EXPECT_THAT(pattern->fields()[pattern->Find("TYPE")].missing_values, IsEmpty());
}

TEST(TargetColumn, IsTheOneDeclared) {
  EXPECT_EQ(*TargetColumn(Applicants(), Declared("TARGET: target")), "TARGET");
  EXPECT_THAT(TargetColumn(Applicants(), {}).error().message, HasSubstr("role: target"));
  EXPECT_THAT(TargetColumn(Applicants(), Declared("{TARGET: target, AMT: target}")).error().message,
              HasSubstr("TARGET, AMT"));
}

}  // namespace
}  // namespace fairline
