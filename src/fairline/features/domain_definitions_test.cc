// The 15 domain features, number by number, and what becomes of them on the guide's 189 columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "fairline/features/guide_columns.h"
#include "fairline/features/plan.h"
#include "fairline/features/test_fields.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

using Row = std::map<std::string, double>;

const Row kApplicant = {{"DAYS_BIRTH", -9461},        {"DAYS_EMPLOYED", -637},
                        {"AMT_INCOME_TOTAL", 202500}, {"CNT_FAM_MEMBERS", 3},
                        {"AMT_CREDIT", 406597.5},     {"AMT_GOODS_PRICE", 351000},
                        {"AMT_ANNUITY", 24700.5},     {"CNT_CHILDREN", 1},
                        {"FLAG_DOCUMENT_2", 0},       {"FLAG_DOCUMENT_3", 1},
                        {"FLAG_DOCUMENT_21", 1},      {"EXT_SOURCE_1", 0.1},
                        {"EXT_SOURCE_2", 0.2},        {"EXT_SOURCE_3", 0.3},
                        {"REGION_RATING_CLIENT", 2},  {"REGION_RATING_CLIENT_W_CITY", 3}};

FeaturePlan DomainPlan(const Signature& signature) {
  return *FeaturePlan::Compile(signature, DomainDefinitions(), CategoricalHandling::kOrdinal);
}

// The features of the applicant with some values changed.
Row FeaturesOf(const Row& changes = {}) {
  Row applicant = kApplicant;
  for (const auto& [name, value] : changes) applicant[name] = value;
  std::vector<std::string> names;
  RawRow raw;
  for (const auto& [name, value] : applicant) {
    names.push_back(name);
    raw.push_back(value);
  }
  const FeaturePlan plan = DomainPlan(NumericSignature(names));
  std::vector<double> values(plan.size());
  plan.Apply(raw, values);
  Row features;
  for (size_t i = 0; i < values.size(); ++i) features[plan.features()[i].name] = values[i];
  return features;
}

TEST(DomainDefinitions, AreFifteenInTheGuidesOrder) {
  std::vector<std::string> names;
  for (const auto& definition : DomainDefinitions().definitions) names.push_back(definition.name);
  EXPECT_THAT(names,
              ElementsAre("AGE_YEARS", "EMPLOYMENT_YEARS", "IS_EMPLOYED", "INCOME_PER_PERSON",
                          "DEBT_TO_INCOME_RATIO", "CREDIT_TO_GOODS_RATIO", "CREDIT_UTILIZATION",
                          "ANNUITY_TO_INCOME_RATIO", "HAS_CHILDREN", "CHILDREN_RATIO",
                          "TOTAL_DOCUMENTS_PROVIDED", "EXT_SOURCE_MEAN", "EXT_SOURCE_MAX",
                          "EXT_SOURCE_MIN", "REGION_RATING_COMBINED"));
}

TEST(DomainDefinitions, HaveTheBitsOfTheirFormulas) {
  const Row features = FeaturesOf();
  EXPECT_EQ(features.at("AGE_YEARS"), 9461.0 / 365);
  EXPECT_EQ(features.at("EMPLOYMENT_YEARS"), 637.0 / 365);
  EXPECT_EQ(features.at("IS_EMPLOYED"), 1);
  EXPECT_EQ(features.at("INCOME_PER_PERSON"), 202500 / (3 + 1e-5));
  EXPECT_EQ(features.at("DEBT_TO_INCOME_RATIO"), 406597.5 / (202500 + 1e-5));
  EXPECT_EQ(features.at("CREDIT_TO_GOODS_RATIO"), 406597.5 / (351000 + 1e-5));
  EXPECT_EQ(features.at("CREDIT_UTILIZATION"), 406597.5 / (351000 + 1e-5));
  EXPECT_EQ(features.at("ANNUITY_TO_INCOME_RATIO"), 24700.5 / (202500 + 1e-5));
  EXPECT_EQ(features.at("HAS_CHILDREN"), 1);
  EXPECT_EQ(features.at("CHILDREN_RATIO"), 1 / (3 + 1e-5));
  EXPECT_EQ(features.at("TOTAL_DOCUMENTS_PROVIDED"), 2);
  EXPECT_EQ(features.at("EXT_SOURCE_MEAN"), ((0.1 + 0.2) + 0.3) / 3);
  EXPECT_EQ(features.at("EXT_SOURCE_MAX"), 0.3);
  EXPECT_EQ(features.at("EXT_SOURCE_MIN"), 0.1);
  EXPECT_EQ(features.at("REGION_RATING_COMBINED"), 2.5);
}

TEST(DomainDefinitions, TheEmploymentSentinelIsMissing) {
  const Row features = FeaturesOf({{"DAYS_EMPLOYED", 365243}});
  EXPECT_TRUE(std::isnan(features.at("DAYS_EMPLOYED")));
  EXPECT_TRUE(std::isnan(features.at("EMPLOYMENT_YEARS")));
  EXPECT_EQ(features.at("IS_EMPLOYED"), 0);
}

TEST(DomainDefinitions, EmploymentIsNeverNegative) {
  EXPECT_EQ(FeaturesOf({{"DAYS_EMPLOYED", 12}}).at("EMPLOYMENT_YEARS"), 0);
  EXPECT_EQ(FeaturesOf({{"DAYS_EMPLOYED", 12}}).at("IS_EMPLOYED"), 0);
  EXPECT_FALSE(std::signbit(FeaturesOf({{"DAYS_EMPLOYED", 0}}).at("EMPLOYMENT_YEARS")));
}

TEST(DomainDefinitions, MissingValuesAreSkippedOrHandedOn) {
  const Row some = FeaturesOf({{"EXT_SOURCE_2", kMissing}, {"FLAG_DOCUMENT_3", kMissing}});
  EXPECT_EQ(some.at("EXT_SOURCE_MEAN"), (0.1 + 0.3) / 2);
  EXPECT_EQ(some.at("TOTAL_DOCUMENTS_PROVIDED"), 1);

  Row nothing = kApplicant;
  for (auto& [name, value] : nothing) value = kMissing;
  const Row features = FeaturesOf(nothing);
  const Row known = {{"IS_EMPLOYED", 0}, {"HAS_CHILDREN", 0}, {"TOTAL_DOCUMENTS_PROVIDED", 0}};
  for (const auto& [name, value] : features) {
    if (known.contains(name)) {
      EXPECT_EQ(value, known.at(name)) << name;
    } else {
      EXPECT_TRUE(std::isnan(value)) << name;
    }
  }
  EXPECT_TRUE(
      std::isnan(FeaturesOf({{"REGION_RATING_CLIENT", kMissing}})["REGION_RATING_COMBINED"]));
}

TEST(DomainDefinitions, TheGuides189ColumnsBecome194) {
  std::istringstream text{std::string(kGuideColumns)};
  const std::vector<std::string> names{std::istream_iterator<std::string>(text), {}};
  ASSERT_EQ(names.size(), 189u);
  const FeaturePlan plan = DomainPlan(NumericSignature(names));

  std::vector<std::string> added;
  for (size_t i = 189; i < plan.size(); ++i) added.push_back(plan.features()[i].name);
  EXPECT_THAT(added, ElementsAre("AGE_YEARS", "EMPLOYMENT_YEARS", "IS_EMPLOYED",
                                 "ANNUITY_TO_INCOME_RATIO", "CHILDREN_RATIO"));

  std::vector<std::string> left_out;
  for (const auto& [name, reason] : plan.left_out()) left_out.push_back(name + ": " + reason);
  EXPECT_THAT(
      left_out,
      ElementsAre("INCOME_PER_PERSON: already a column", "DEBT_TO_INCOME_RATIO: already a column",
                  "CREDIT_TO_GOODS_RATIO: already a column",
                  "CREDIT_UTILIZATION: input AMT_GOODS_PRICE is absent",
                  "HAS_CHILDREN: already a column", "TOTAL_DOCUMENTS_PROVIDED: already a column",
                  "EXT_SOURCE_MEAN: already a column", "EXT_SOURCE_MAX: already a column",
                  "EXT_SOURCE_MIN: already a column",
                  "REGION_RATING_COMBINED: input REGION_RATING_CLIENT_W_CITY is absent"));
}

}  // namespace
}  // namespace fairline
