#include "fairline/explain/reason_groups.h"

#include <gmock/gmock.h>

#include <unordered_set>

namespace fairline {
namespace {

using ::testing::ElementsAre;

TEST(CompleteGroups, NamesGoBeforePatternsAndTheRestStandsAlone) {
  const std::vector<ReasonGroup> groups = {
      {"BUREAU", "Credit elsewhere", {"BUREAU_*"}},
      {"OVERDUE", "Overdue elsewhere", {"BUREAU_OVERDUE", "ABSENT"}},
      {"GONE", "Not in this model", {"NOTHING_*"}},
  };
  const auto complete =
      CompleteGroups(groups, {"BUREAU_OVERDUE", "amt_income", "BUREAU_COUNT", "BUREAU_SUM"});
  ASSERT_EQ(complete.size(), 3u);
  EXPECT_EQ(complete[0].code, "BUREAU");
  EXPECT_THAT(complete[0].features, ElementsAre("BUREAU_COUNT", "BUREAU_SUM"));
  EXPECT_THAT(complete[1].features, ElementsAre("BUREAU_OVERDUE"));
  EXPECT_EQ(complete[2].code, "AMT_INCOME");
  EXPECT_EQ(complete[2].text, "Amt income");
  EXPECT_THAT(complete[2].features, ElementsAre("amt_income"));
}

TEST(CompleteGroups, CodesStayUnique) {
  const auto complete = CompleteGroups({{"A", "Words", {"x"}}}, {"x", "a", "A"});
  ASSERT_EQ(complete.size(), 3u);
  EXPECT_EQ(complete[1].code, "A_2");
  EXPECT_EQ(complete[2].code, "A_3");
}

TEST(CompleteGroups, AgainGivesTheSame) {
  const std::vector<std::string> features = {"EXT_SOURCE_2", "DAYS_BIRTH", "OTHER",
                                             "LIVINGAREA_AVG", "EXT_SOURCE_MEAN"};
  const auto once = CompleteGroups(DomainReasonGroups(), features);
  const auto twice = CompleteGroups(once, features);
  ASSERT_EQ(once.size(), 4u);
  ASSERT_EQ(twice.size(), once.size());
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].code, twice[i].code);
    EXPECT_EQ(once[i].text, twice[i].text);
    EXPECT_EQ(once[i].features, twice[i].features);
  }
}

TEST(DomainReasonGroups, CoverTheApplicationFormAndTheAggregates) {
  std::unordered_set<std::string> codes;
  for (const ReasonGroup& group : DomainReasonGroups()) codes.insert(group.code);
  EXPECT_EQ(codes.size(), DomainReasonGroups().size());
  const std::vector<std::string> features = {"AMT_INCOME_TOTAL",
                                             "NAME_INCOME_TYPE_Working",
                                             "AMT_CREDIT",
                                             "DAYS_EMPLOYED",
                                             "REG_CITY_NOT_WORK_CITY",
                                             "REGION_RATING_CLIENT",
                                             "BUREAU_AMT_CREDIT_SUM_OVERDUE_MEAN",
                                             "PREV_APPROVAL_RATE",
                                             "POS_SK_DPD_MAX",
                                             "INST_PAYMENT_DIFF_MEAN",
                                             "FONDKAPREMONT_MODE",
                                             "DEF_30_CNT_SOCIAL_CIRCLE",
                                             "AMT_REQ_CREDIT_BUREAU_YEAR",
                                             "FLAG_DOCUMENT_3",
                                             "TOTAL_DOCUMENTS_PROVIDED",
                                             "ANNUITY_TO_INCOME_RATIO",
                                             "CHILDREN_RATIO",
                                             "OWN_CAR_AGE",
                                             "HOUR_APPR_PROCESS_START",
                                             "CREDIT_TO_GOODS_RATIO",
                                             "TOTALAREA_MODE"};
  for (const ReasonGroup& group : CompleteGroups(DomainReasonGroups(), features)) {
    EXPECT_TRUE(codes.contains(group.code)) << group.code;
  }
}

}  // namespace
}  // namespace fairline
