// The decision as a function: scores, cut-off, review band, attributions and words.
#include "fairline/decisioning/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "fairline/core/math.h"
#include "fairline/decisioning/test_deployment.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(DecisionTest, ARejection) {
  const auto deployment = TestDeployment();
  const auto evaluation = Evaluate(*deployment, TestApplication(400000));
  ASSERT_TRUE(evaluation) << evaluation.error().message;
  // Leaves by hand: amount above 300000 and employed for less than 1000 days, then income up to
  // 100000 and a cash loan.
  EXPECT_EQ(evaluation->score.raw_score, 1.1 + 0.7);
  EXPECT_EQ(evaluation->score.model_score, Logistic(1.8));
  EXPECT_EQ(evaluation->score.pd, Logistic(0.9 * (1.1 + 0.7) - 0.2));
  EXPECT_EQ(evaluation->probability, evaluation->score.pd);
  EXPECT_EQ(evaluation->threshold, 0.5);
  EXPECT_TRUE(evaluation->reject);
  EXPECT_EQ(evaluation->outcome, Outcome::kDenied);
  EXPECT_EQ(RiskScore(*evaluation), "high_risk");
  EXPECT_EQ(Confidence(*evaluation), evaluation->probability);
  ASSERT_FALSE(evaluation->reasons.empty());
  EXPECT_EQ(evaluation->reasons[0].rank, 1);
}

TEST(DecisionTest, AnApproval) {
  const auto evaluation = Evaluate(*TestDeployment(), TestApplication(1000));
  ASSERT_TRUE(evaluation);
  EXPECT_FALSE(evaluation->reject);
  EXPECT_EQ(evaluation->outcome, Outcome::kApproved);
  EXPECT_EQ(RiskScore(*evaluation), "low_risk");
  EXPECT_EQ(Confidence(*evaluation), 1 - evaluation->probability);
}

RC_GTEST_PROP(DecisionProperty, AttributionsSumToTheRawScore, (int amount, int days)) {
  static const auto deployment = TestDeployment();
  Application application = TestApplication();
  application.raw[1] = amount;
  application.raw[2] = days;
  const auto evaluation = Evaluate(*deployment, application);
  RC_ASSERT(evaluation.has_value());
  const auto& values = evaluation->attributions.values;
  const double sum = std::accumulate(values.begin(), values.end(), evaluation->attributions.base);
  RC_ASSERT(std::abs(sum - evaluation->score.raw_score) < 1e-12);
}

TEST(DecisionTest, RejectsExactlyAtTheCutOff) {
  ModelBundle bundle = TestBundle();
  bundle.cut_off->threshold = *Evaluate(*TestDeployment(), TestApplication(1000))->score.pd;
  EXPECT_TRUE(Evaluate(*TestDeployment(bundle), TestApplication(1000))->reject);
  bundle.cut_off->threshold = std::nextafter(bundle.cut_off->threshold, 1);
  EXPECT_FALSE(Evaluate(*TestDeployment(bundle), TestApplication(1000))->reject);
}

TEST(DecisionTest, TheReviewBandLeavesItToAPerson) {
  const double pd = *Evaluate(*TestDeployment(), TestApplication(400000))->score.pd;
  const auto outcome = [&](double band) {
    return Evaluate(*TestDeployment(TestBundle(), {"p", band}), TestApplication(400000))->outcome;
  };
  EXPECT_EQ(outcome(pd - 0.5), Outcome::kDenied);
  EXPECT_EQ(outcome(pd - 0.5 + 1e-9), Outcome::kManualReview);
}

TEST(DecisionTest, WithoutACutOffThereIsNoDecision) {
  ModelBundle bundle = TestBundle();
  bundle.cut_off.reset();
  const auto evaluation = Evaluate(*TestDeployment(bundle), TestApplication());
  EXPECT_EQ(evaluation.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(evaluation.error().message, HasSubstr("no cut-off"));
}

TEST(DecisionTest, TheModelScoreDecidesWhereTheCutOffSaysSo) {
  ModelBundle bundle = TestBundle();
  bundle.cut_off->kind = ProbabilityKind::kModelScore;
  const auto evaluation = Evaluate(*TestDeployment(bundle), TestApplication());
  EXPECT_EQ(evaluation->probability_kind, ProbabilityKind::kModelScore);
  EXPECT_EQ(evaluation->probability, evaluation->score.model_score);
}

TEST(DecisionTest, NoReferencesNoReasons) {
  ModelBundle bundle = TestBundle();
  bundle.references = {};
  EXPECT_TRUE(Evaluate(*TestDeployment(bundle), TestApplication())->reasons.empty());
}

TEST(DecisionTest, ReasonsPreferApplicantsAtTheCutOff) {
  ModelBundle bundle = TestBundle();
  // Against this population nothing but the contract counts against the applicant.
  bundle.references.populations.push_back({"at_cutoff", "near", 10, {9, 9, 9, -9}});
  const auto reasons = Evaluate(*TestDeployment(bundle), TestApplication())->reasons;
  ASSERT_EQ(reasons.size(), 1);
  EXPECT_EQ(reasons[0].code, "R4");
}

TEST(DecisionTest, NotesWhatTrainingNeverSaw) {
  auto deployment = TestDeployment();
  deployment->target = "DEFAULTED";
  deployment->seen.resize(TestSignature().size());
  deployment->seen[2] = {-5000, -50};
  deployment->seen[3] = {1, 100};
  const auto read = [&](double days, double income) {
    return ReadApplication(*deployment, Json::Object{{"AMOUNT", 1e6},
                                                     {"DAYS_EMPLOYED", days},
                                                     {"INCOME", income},
                                                     {"CONTRACT", "Cash loans"}});
  };
  EXPECT_TRUE(read(-50, 100)->notes.empty());
  EXPECT_TRUE(read(365243, 1)->notes.empty());  // a sentinel is a missing value
  const auto application = read(-49, 101);
  ASSERT_EQ(application->notes.size(), 2);
  EXPECT_EQ(application->notes[0].field, "DAYS_EMPLOYED");
  EXPECT_EQ(application->notes[1].code, "outside_training_range");
  EXPECT_EQ(application->product, "consumer_loan");
  EXPECT_EQ(application->currency, "EUR");
  EXPECT_EQ(read(1, 1).error().code, ErrorCode::kInvalidArgument);  // declared: refused
  const auto outcome = ReadApplication(*deployment, Json::Object{{"DEFAULTED", 1}});
  EXPECT_THAT(outcome.error().message, HasSubstr("DEFAULTED is the outcome"));
}

class ExplanationTest : public ::testing::Test {
 protected:
  std::string Text(double amount, ModelBundle bundle = TestBundle(), Policy policy = {}) {
    auto record = Decide(*TestDeployment(std::move(bundle), policy), TestApplication(amount),
                         SystemClock(), ids_);
    return ExplanationText(*record);
  }

  IdGenerator ids_{SystemClock()};
};

TEST_F(ExplanationTest, SaysWhatAndWhy) {
  EXPECT_THAT(Text(400000), StartsWith("Rejected: the estimated probability of default is 80.5 %, "
                                       "above the cut-off of 50.0 %. Main factors against: "));
  EXPECT_THAT(Text(1000), StartsWith("Approved: the estimated probability of default is 25.0 %, "
                                     "below the cut-off of 50.0 %."));
  EXPECT_THAT(Text(400000, TestBundle(), {"p", 0.4}),
              StartsWith("Referred to a person: the estimated probability of default is 80.5 %, "
                         "above the cut-off of 50.0 % and within the review band."));
}

TEST_F(ExplanationTest, CloseFiguresAreToldApart) {
  ModelBundle bundle = TestBundle();
  bundle.cut_off->threshold = *Evaluate(*TestDeployment(), TestApplication(1000))->score.pd;
  EXPECT_THAT(Text(1000, bundle), HasSubstr(", at the cut-off of "));
  bundle.cut_off->threshold += 1e-4;
  EXPECT_THAT(Text(1000, bundle), HasSubstr("is 24.97 %, below the cut-off of 24.98 %"));
}

TEST_F(ExplanationTest, AnUncalibratedScoreIsNotCalledAProbability) {
  ModelBundle bundle = TestBundle();
  bundle.cut_off->kind = ProbabilityKind::kModelScore;
  EXPECT_THAT(Text(400000, bundle),
              HasSubstr("the model's score, which is not calibrated, is 0.858, above"));
}

}  // namespace
}  // namespace fairline
