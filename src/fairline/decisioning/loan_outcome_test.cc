// Observations find their decision, or say why not; nothing of the rest is lost by one bad row.
#include "fairline/decisioning/loan_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/test_deployment.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = OutcomeAnswer::Kind;

class LoanOutcomeTest : public ::testing::Test {
 protected:
  DecisionRecord Decided(std::string external_ref) {
    Metrics metrics;
    DecisionWriter writer(*store_.database, *store_.vault, store_.ids, metrics);
    std::promise<Result<Committed>> done;
    writer.Submit(store_.Decided(400000, std::move(external_ref)), {},
                  [&](Result<Committed> result) { done.set_value(std::move(result)); });
    return done.get_future().get()->record;
  }

  LoanOutcome Observed(const DecisionRecord& record, int days_later = 0, bool defaulted = true) {
    return {.decision_id = record.decision_id,
            .observed_on = today_ + std::chrono::days(days_later),
            .defaulted = defaulted};
  }

  std::vector<OutcomeAnswer> Store(const std::vector<LoanOutcome>& outcomes) {
    return *StoreLoanOutcomes(*store_.database, *store_.vault, store_.ids, SystemClock(), outcomes,
                              "ada");
  }

  TestStore store_;
  const Date today_ = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
};

TEST_F(LoanOutcomeTest, IsJoinedToItsDecisionOnce) {
  const DecisionRecord record = Decided("100001");
  EXPECT_EQ(Store({Observed(record)})[0].kind, Kind::kStored);
  EXPECT_EQ(Store({Observed(record)})[0].kind, Kind::kKnown);
  const auto contradiction = Store({Observed(record, 0, false)})[0];
  EXPECT_EQ(contradiction.kind, Kind::kRefused);
  EXPECT_EQ(contradiction.fault.field, "observed_on");
  const auto rows = store_.database->Query("SELECT decision_id, defaulted FROM outcomes");
  ASSERT_EQ(rows->size(), 1);
  EXPECT_EQ(rows->front(), (Row{record.decision_id, int64_t{1}}));
}

TEST_F(LoanOutcomeTest, AReferenceMeansTheLastDecisionUpToThatDay) {
  Decided("100001");
  const DecisionRecord last = Decided("100001");
  const LoanOutcome outcome{.external_ref = "100001",
                            .product = "consumer_loan",
                            .observed_on = today_,
                            .defaulted = true};
  EXPECT_EQ(Store({outcome})[0].decision_id, last.decision_id);
  LoanOutcome other = outcome;
  other.product = "card";
  EXPECT_EQ(Store({other})[0].fault.field, "external_ref");
}

TEST_F(LoanOutcomeTest, ABadOneIsRefusedByItself) {
  const DecisionRecord record = Decided("100001");
  LoanOutcome unknown = Observed(record);
  unknown.decision_id = store_.ids.Next();
  LoanOutcome no_id = Observed(record);
  no_id.decision_id = "17";
  const auto answers =
      Store({unknown, Observed(record, -1), Observed(record, 3), Observed(record), no_id});
  std::vector<Kind> kinds;
  for (const OutcomeAnswer& answer : answers) kinds.push_back(answer.kind);
  EXPECT_THAT(kinds, ElementsAre(Kind::kRefused, Kind::kRefused, Kind::kRefused, Kind::kStored,
                                 Kind::kRefused));
  EXPECT_THAT(answers[1].fault.message, HasSubstr("before the decision"));
  EXPECT_THAT(answers[2].fault.message, HasSubstr("future"));
  const auto events =
      store_.database->Query("SELECT metadata FROM audit_log WHERE action = 'outcomes.create'");
  EXPECT_EQ(events->front()[0], Value(std::string(R"({"stored":1,"known":0,"refused":4})")));
}

TEST(ReadLoanOutcomeTest, ReadsWhatRequestsAndFilesGive) {
  const auto outcome = ReadLoanOutcome(Json::Object{{"external_ref", 100001},
                                                    {"observed_on", "2026-11-21"},
                                                    {"defaulted", 1.0},
                                                    {"days_past_due", 95.0},
                                                    {"loss_minor", nullptr}},
                                       "consumer_loan");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->external_ref, "100001");
  EXPECT_EQ(outcome->product, "consumer_loan");
  EXPECT_TRUE(outcome->defaulted);
  EXPECT_EQ(outcome->days_past_due, 95);
  EXPECT_FALSE(outcome->loss_minor);
}

TEST(ReadLoanOutcomeTest, NamesEveryFieldAtFault) {
  const auto outcome = ReadLoanOutcome(Json::Object{{"observed_on", "2026-02-30"},
                                                    {"defaulted", "yes"},
                                                    {"days_past_due", -1},
                                                    {"colour", "red"}},
                                       "consumer_loan");
  ASSERT_FALSE(outcome);
  std::vector<std::string> fields;
  for (const FieldFault& fault : outcome.error().faults) fields.push_back(fault.field);
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("decision_id", "observed_on", "defaulted",
                                                      "days_past_due", "colour"));
  EXPECT_FALSE(ReadLoanOutcome(Json(1), "consumer_loan"));
}

}  // namespace
}  // namespace fairline
