#include "fairline/features/definitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string FaultOf(std::string_view yaml) {
  const auto set = ParseDefinitions(yaml, "defs.yaml");
  return set ? "" : set.error().message;
}

TEST(Definitions, ReadsEveryOperationAndSetting) {
  const auto set = ParseDefinitions(R"(
missing_values: {DAYS: [365243, -1]}
features:
  - {name: A, ratio: X, negate: true, divisor: 365, at_least: 0, at_most: 99}
  - {name: B, ratio: [X, Y], epsilon: 1e-5}
  - {name: C, sum: FLAG_*, any_input: true, skip_missing: true}
  - {name: D, above: A, threshold: 0.5, if_missing: 0}
)",
                                    "defs.yaml");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(set->missing_values, ElementsAre(MissingValues{"DAYS", {365243, -1}}));
  EXPECT_THAT(set->definitions,
              ElementsAre(FeatureDefinition{.name = "A",
                                            .inputs = {"X"},
                                            .negate = true,
                                            .divisor = 365,
                                            .minimum = 0,
                                            .maximum = 99},
                          FeatureDefinition{.name = "B", .inputs = {"X", "Y"}, .epsilon = 1e-5},
                          FeatureDefinition{.name = "C",
                                            .operation = Operation::kSum,
                                            .inputs = {"FLAG_*"},
                                            .any_input = true,
                                            .skip_missing = true},
                          FeatureDefinition{.name = "D",
                                            .operation = Operation::kAbove,
                                            .inputs = {"A"},
                                            .threshold = 0.5,
                                            .if_missing = 0}));
}

TEST(Definitions, MayExtendTheDomainSet) {
  const auto set = ParseDefinitions(
      "{include: domain, missing_values: {B: [0]}, features: [{name: A, sum: B}]}", "defs.yaml");
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_EQ(set->definitions.size(), 16u);
  EXPECT_EQ(set->definitions[0].name, "AGE_YEARS");
  EXPECT_EQ(set->definitions[15].name, "A");
  EXPECT_THAT(set->missing_values,
              ElementsAre(MissingValues{"DAYS_EMPLOYED", {365243}}, MissingValues{"B", {0}}));
  EXPECT_THAT(FaultOf("{include: mine, features: []}"), HasSubstr("must be domain"));
}

TEST(Definitions, AListAloneIsAListOfDefinitions) {
  const auto set = ParseDefinitions("- {name: A, sum: B}", "defs.yaml");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->definitions[0].inputs, std::vector<std::string>{"B"});
}

TEST(Definitions, AreStoredInTheShapeTheyAreWritten) {
  for (const auto& definition : DomainDefinitions().definitions) {
    const Json stored = *Json::Parse(DefinitionToJson(definition).Dump());
    const auto read = DefinitionFromJson(stored, "bundle");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, definition) << stored.Dump();
  }
}

TEST(Definitions, EveryFaultIsListedWithItsLine) {
  const std::string fault = FaultOf(R"(features:
  - name: A
    ratoi: [X, Y]
  - name: B
    sum: [X, Y]
    epsilon: 1
  - name: B
    mean: X
)");
  EXPECT_THAT(fault, AllOf(HasSubstr("defs.yaml:2: A: has no operation"),
                           HasSubstr("defs.yaml:3: A: unknown key \"ratoi\""),
                           HasSubstr("defs.yaml:6: B: unknown key \"epsilon\"")));
}

TEST(Definitions, RefusesWhatHasNoMeaning) {
  EXPECT_THAT(FaultOf("features: [{name: A, sum: X, mean: X}]"), HasSubstr("more than one"));
  EXPECT_THAT(FaultOf("features: [{name: A, ratio: [X, Y, Z]}]"), HasSubstr("one input"));
  EXPECT_THAT(FaultOf("features: [{name: A, ratio: X, divisor: 0}]"), HasSubstr("not be zero"));
  EXPECT_THAT(FaultOf("features: [{name: A, ratio: [X, Y], divisor: 2}]"), HasSubstr("divisor"));
  EXPECT_THAT(FaultOf("features: [{name: A, ratio: X_*}]"), HasSubstr("not a pattern"));
  EXPECT_THAT(FaultOf("features: [{name: A, above: [X, Y]}]"), HasSubstr("takes one input"));
  EXPECT_THAT(FaultOf("features: [{name: A, sum: []}]"), HasSubstr("needs the name"));
  EXPECT_THAT(FaultOf("features: [{name: 'A*', sum: X}]"), HasSubstr("without `*`"));
  EXPECT_THAT(FaultOf("features: [{sum: X}]"), HasSubstr("name"));
  EXPECT_THAT(FaultOf("features: [{name: A, above: X, threshold: .nan}]"), HasSubstr("threshold"));
  EXPECT_THAT(FaultOf("features: [{name: A, sum: X, at_least: 2, at_most: 1}]"),
              HasSubstr("above at_most"));
  EXPECT_THAT(FaultOf("features: [{name: A, sum: X}, {name: A, sum: Y}]"),
              HasSubstr("A is defined twice"));
  EXPECT_THAT(FaultOf("features: {A: 1}"), HasSubstr("list of definitions"));
  EXPECT_THAT(FaultOf("features: []\nmissing_values: [1]"), HasSubstr("map of field names"));
  EXPECT_THAT(FaultOf("features: []\nmissing_values: {A: x}"), HasSubstr("numbers"));
  EXPECT_THAT(FaultOf("features: []\nmore: 1"), HasSubstr("unknown key \"more\""));
  EXPECT_NE(FaultOf("features: [text]"), "");
  EXPECT_NE(FaultOf("text"), "");
  EXPECT_NE(FaultOf(""), "");
}

}  // namespace
}  // namespace fairline
