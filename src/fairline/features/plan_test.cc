#include "fairline/features/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fairline/features/test_fields.h"

namespace fairline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr auto kOrdinal = CategoricalHandling::kOrdinal;

FeatureSet Definitions(std::string_view yaml) { return *ParseDefinitions(yaml, "defs.yaml"); }

std::vector<double> Applied(const FeaturePlan& plan, const RawRow& raw) {
  std::vector<double> features(plan.size());
  plan.Apply(raw, features);
  return features;
}

std::string RefusalOf(const Signature& signature) {
  const auto plan = FeaturePlan::Compile(signature, {}, kOrdinal);
  return plan ? "" : plan.error().message;
}

TEST(FeaturePlan, InputsAreTheFieldsThatMayBeInputsThenTheDefinitions) {
  const Signature signature({FieldOfRole("ID", FieldRole::kId),
                             NumericField("A"),
                             FieldOfRole("NOTE", FieldRole::kIgnored),
                             {.name = "AMT", .role = FieldRole::kAmount},
                             FieldOfRole("SEX", FieldRole::kProtected)});
  const auto plan = FeaturePlan::Compile(
      signature, Definitions("features: [{name: R, ratio: [AMT, A]}]"), kOrdinal);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->size(), 3u);
  EXPECT_EQ(plan->features()[0].name, "A");
  EXPECT_EQ(plan->features()[1].name, "AMT");
  EXPECT_EQ(plan->features()[2].name, "R");
  EXPECT_THAT(plan->features()[2].inputs, ElementsAre("AMT", "A"));
  EXPECT_THAT(Applied(*plan, {7, 4, 8, 10, 9}), ElementsAre(4, 10, 2.5));
}

TEST(FeaturePlan, SaysWhyADefinitionIsLeftOut) {
  const Signature signature({FieldOfRole("ID", FieldRole::kId), NumericField("A"),
                             FieldOfRole("SEX", FieldRole::kProtected),
                             CategoricalField("TYPE", {"x"})});
  const auto plan = FeaturePlan::Compile(signature, Definitions(R"(features:
  - {name: A, sum: A}
  - {name: P, above: SEX}
  - {name: I, sum: [A, ID, NONE]}
  - {name: T, sum: '*'}
  - {name: L, above: LATER}
  - {name: LATER, above: A}
  - {name: M, mean: [X, Y], any_input: true}
  - {name: O, above: M}
  - {name: F, sum: FLAG_*}
)"),
                                         kOrdinal);
  ASSERT_TRUE(plan);
  std::vector<std::string> left_out;
  for (const auto& [name, reason] : plan->left_out()) left_out.push_back(name + ": " + reason);
  EXPECT_THAT(left_out,
              ElementsAre("A: already a column", "P: input SEX has the role protected",
                          "I: input ID has the role id; input NONE is absent",
                          "T: input TYPE holds categories",
                          "L: input LATER is defined later: define it first",
                          "M: input X is absent; input Y is absent",
                          "O: input M is left out itself", "F: no model input fits FLAG_*"));
  EXPECT_EQ(plan->features().back().name, "LATER");
}

TEST(FeaturePlan, AnyInputIsEnoughWhereTheDefinitionSaysSo) {
  const auto plan = FeaturePlan::Compile(
      NumericSignature({"A", "F_1", "F_2"}),
      Definitions("features: [{name: S, sum: ['F_*', B, A], any_input: true}]"), kOrdinal);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->size(), 4u);
  EXPECT_EQ(Applied(*plan, {1, 10, 100})[3], 111);
  EXPECT_TRUE(std::isnan(Applied(*plan, {1, kMissing, 100})[3]));
}

TEST(FeaturePlan, DefinitionsMayBuildOnEarlierOnes) {
  const auto plan = FeaturePlan::Compile(
      NumericSignature({"A", "B"}),
      Definitions("features: [{name: S, sum: [A, B]}, {name: H, ratio: S, divisor: 2}]"), kOrdinal);
  ASSERT_TRUE(plan);
  EXPECT_EQ(Applied(*plan, {3, 4})[3], 3.5);
  EXPECT_THAT(plan->features()[3].inputs, ElementsAre("A", "B"));
}

TEST(FeaturePlan, AResultThatIsNotFiniteIsMissing) {
  const auto plan = FeaturePlan::Compile(NumericSignature({"A", "B"}), Definitions(R"(features:
  - {name: R, ratio: [A, B]}
  - {name: D, ratio: [A, B], if_missing: -1, at_least: 0}
  - {name: S, sum: [A, A], at_most: 5}
)"),
                                         kOrdinal);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(std::isnan(Applied(*plan, {1, 0})[2]));
  EXPECT_EQ(Applied(*plan, {1, 0})[3], -1);
  EXPECT_EQ(Applied(*plan, {-6, 2})[3], 0);
  EXPECT_TRUE(std::isnan(Applied(*plan, {1.7e308, 1})[4]));
  EXPECT_EQ(Applied(*plan, {4, 1})[4], 5);
}

TEST(FeaturePlan, SentinelsAreMissingForTheModelAndForDefinitions) {
  Field a = NumericField("A");
  a.missing_values = {-1};
  const auto plan = FeaturePlan::Compile(
      Signature({a}),
      Definitions("{missing_values: {A: [-1, 999], ABSENT: [0]}, features: [{name: P, above: A}]}"),
      kOrdinal);
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->signature().fields()[0].missing_values, ElementsAre(-1, 999));
  for (const double sentinel : {-1.0, 999.0, kMissing}) {
    EXPECT_TRUE(std::isnan(Applied(*plan, {sentinel})[0]));
    EXPECT_TRUE(std::isnan(Applied(*plan, {sentinel})[1]));
  }
  EXPECT_THAT(Applied(*plan, {998}), ElementsAre(998, 1));
}

TEST(FeaturePlan, CategoriesAreCodesAndAnUnseenOneIsMissing) {
  const Signature signature({CategoricalField("TYPE", {"a", "b"})});
  for (const auto handling : {CategoricalHandling::kOrdinal, CategoricalHandling::kNative}) {
    const auto plan = FeaturePlan::Compile(signature, {}, handling);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->features()[0].categorical, handling == CategoricalHandling::kNative);
    EXPECT_EQ(Applied(*plan, {1})[0], 1);
    EXPECT_TRUE(std::isnan(Applied(*plan, {kUnseenCategory})[0]));
  }
}

TEST(FeaturePlan, AFeatureIsAvailableWhenItsLatestInputIs) {
  Field bureau = NumericField("EXT");
  bureau.availability = Availability::kBureau;
  const auto plan = FeaturePlan::Compile(
      Signature({NumericField("A"), bureau}),
      Definitions("features: [{name: S, sum: [A, EXT]}, {name: T, sum: [A]}, {name: U, sum: S}]"),
      kOrdinal);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->features()[2].availability, Availability::kBureau);
  EXPECT_EQ(plan->features()[3].availability, Availability::kApplication);
  EXPECT_EQ(plan->features()[4].availability, Availability::kBureau);
}

TEST(PostDecision, ColumnsKnownAfterTheDecisionAreRefusedByName) {
  Field late = NumericField("PAID_BACK");
  late.availability = Availability::kAfterDecision;
  EXPECT_THAT(RefusalOf(Signature({NumericField("A"), late})),
              AllOf(HasSubstr("PAID_BACK"), HasSubstr("role: ignored"), Not(HasSubstr("A,"))));
  EXPECT_THAT(RefusalOf(NumericSignature(
                  {"Total_Pymnt_inv", "loan_amnt", "recoveries", "next_pymnt_d_May"})),
              HasSubstr(": Total_Pymnt_inv, recoveries, next_pymnt_d_May;"));
  EXPECT_FALSE(FeaturePlan::Identity(NumericSignature({"out_prncp"})));
}

TEST(PostDecision, ADeclaredAvailabilityOrAnIgnoredColumnIsAccepted) {
  Field declared = NumericField("settlement_amount");
  declared.availability_declared = true;
  EXPECT_EQ(RefusalOf(Signature({declared, FieldOfRole("loan_status", FieldRole::kIgnored)})), "");
}

TEST(FeaturePlan, RefusesAFeatureDefinedTwice) {
  FeatureSet set = DomainDefinitions();
  set.definitions.push_back(set.definitions.front());
  const auto plan = FeaturePlan::Compile(NumericSignature({"A"}), set, kOrdinal);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr("AGE_YEARS is defined twice"));
}

TEST(FeaturePlan, IdentityTakesNumbersAsTheyAre) {
  const auto plan = FeaturePlan::Identity(Signature(
      {NumericField("Z"), FieldOfRole("ID", FieldRole::kId), NumericField("DAYS_EMPLOYED")}));
  ASSERT_TRUE(plan);
  EXPECT_THAT(Applied(*plan, {0.5, 1, 365243}), ElementsAre(0.5, 365243));
  const auto text = FeaturePlan::Identity(Signature({CategoricalField("TYPE", {"a"})}));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("TYPE holds text"));
}

// What a stored plan may look like after damage, and that it is refused rather than run.
TEST(FeaturePlan, DamagedJsonIsDataLoss) {
  const auto plan = FeaturePlan::Compile(
      NumericSignature({"A", "B"}), Definitions("features: [{name: S, sum: [A, B]}]"), kOrdinal);
  const std::string good = plan->ToJson().Dump();
  ASSERT_TRUE(FeaturePlan::FromJson(*Json::Parse(good)));
  const std::pair<std::string, std::string> damages[] = {
      {R"("name":"B")", R"("name":"A")"},
      {R"("name":"B")", R"("name":"C")"},
      {R"(["A","B","S"])", R"(["A","B"])"},
      {R"(["A","B","S"])", R"(["B","A","S"])"},
      {R"("sum":["A","B"])", R"("sum":["Q"])"},
      {R"("sum":["A","B"])", R"("sum":[])"},
      {R"("ordinal")", R"("alphabetical")"},
      {R"("left_out":[])", R"("left_out":[3])"},
      {R"("left_out":[])", R"("left_out":{})"},
      {R"("numeric")", R"("categorical")"},
      {R"("signature":{)", R"("signature":{"x":1,)"}};
  for (const auto& [from, to] : damages) {
    std::string bad = good;
    const size_t at = bad.find(from);
    ASSERT_NE(at, std::string::npos) << from << " in " << good;
    const auto read = FeaturePlan::FromJson(*Json::Parse(bad.replace(at, from.size(), to)));
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, ErrorCode::kDataLoss) << bad;
  }
}

}  // namespace
}  // namespace fairline
