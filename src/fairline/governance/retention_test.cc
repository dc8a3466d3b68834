// The boundary days of every period, and what a disposal takes along.
#include "fairline/governance/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "fairline/governance/legal_hold.h"
#include "fairline/governance/test_records.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kDayMicros = 86'400'000'000;

int64_t MicrosOf(Date day) { return day.time_since_epoch().count() * kDayMicros; }

RetentionPolicy Policy(int64_t days) {
  return {.consumer_days = days,
          .business_days = days,
          .audit_days = days,
          .idempotency_days = days,
          .regions = {},
          .business_products = {"business_loan"}};
}

TEST(RetentionRules, TheLongestPeriodCounts) {
  const Date today = *ParseDate("2026-11-21");
  RetentionPolicy policy = Policy(10);
  EXPECT_EQ(FormatDate(RulesOn(policy, today)[0].keep_from), "2026-11-11");
  policy.regions = {"US"};
  EXPECT_EQ(FormatDate(RulesOn(policy, today)[0].keep_from), "2024-09-21");
  EXPECT_THAT(RulesOn(policy, today)[0].because, HasSubstr("1002.12"));
  EXPECT_EQ(FormatDate(RulesOn(policy, today)[1].keep_from), "2025-10-21");
  EXPECT_EQ(FormatDate(RulesOn(policy, today)[3].keep_from), "2026-11-11");
  policy.regions = {"US", "US-CO", "EU"};
  EXPECT_EQ(FormatDate(RulesOn(policy, today)[0].keep_from), "2023-11-21");
  policy.consumer_days = 2555;
  EXPECT_EQ(FormatDate(RulesOn(policy, today)[0].keep_from), "2019-11-23");
  EXPECT_THAT(RulesOn(policy, today)[0].because, HasSubstr("house policy"));
}

RC_GTEST_PROP(RetentionRules, NoRuleIsShorterThanAnyThatApplies, ()) {
  const auto days = *rc::gen::inRange<int64_t>(1, 5000);
  const Date today = *ParseDate("2026-01-01") + std::chrono::days(*rc::gen::inRange(0, 800));
  RetentionPolicy policy = Policy(days);
  for (const char* region : {"US", "US-CO", "EU"}) {
    if (*rc::gen::arbitrary<bool>()) policy.regions.emplace_back(region);
  }
  for (const RetentionRule& rule : RulesOn(policy, today)) {
    RC_ASSERT(rule.keep_from <= today - std::chrono::days(days));
    for (const StatutoryPeriod& period : StatutoryPeriods()) {
      const bool applies = period.record_class == rule.record_class &&
                           std::ranges::find(policy.regions, period.region) != policy.regions.end();
      if (applies) RC_ASSERT(rule.keep_from <= AddMonths(today, -period.months));
    }
  }
}

TEST(RetentionRules, SettingsAreChecked) {
  Config config;
  EXPECT_TRUE(ReadRetentionPolicy(config));
  ASSERT_TRUE(config.ApplyFlag("retention.regions", "US, MARS", "--set"));
  EXPECT_THAT(ReadRetentionPolicy(config).error().message, HasSubstr("MARS"));
  Config zero;
  ASSERT_TRUE(zero.ApplyFlag("retention.decisions_days", "0", "--set"));
  EXPECT_THAT(ReadRetentionPolicy(zero).error().message, HasSubstr("retention.decisions_days"));
}

class DisposalTest : public ::testing::Test {
 protected:
  std::vector<Disposal> Dispose(bool dry_run = false) {
    const auto disposals =
        DisposeDue(*records_.database, records_.ids, clock_, Policy(30), dry_run, "ada");
    EXPECT_TRUE(disposals) << disposals.error().message << disposals.error().detail;
    return *disposals;
  }

  TestRecords records_;
  const Date today_ = *ParseDate("2026-11-21");
  ManualClock clock_{MicrosOf(today_) + kDayMicros / 2};
  // The first moment of the oldest day that is kept.
  const int64_t kept_from_ = MicrosOf(today_ - std::chrono::days(30));
};

TEST_F(DisposalTest, TheBoundaryIsTheFirstMomentOfTheDay) {
  const DecisionRecord old = records_.Store("1", kept_from_ - 1);
  const DecisionRecord kept = records_.Store("2", kept_from_);
  EXPECT_EQ(Dispose(true)[0].disposed, 1);
  EXPECT_TRUE(records_.Load(old));
  EXPECT_EQ(Dispose()[0].disposed, 1);
  EXPECT_EQ(records_.Load(old).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(records_.Load(kept));
  EXPECT_EQ(Dispose()[0].disposed, 0);
}

TEST_F(DisposalTest, TakesAllThatBelongsToTheDecisionAndLeavesTheLedger) {
  const int64_t commitments = records_.Count("ledger_events");
  records_.Store("1", kept_from_ - kDayMicros);
  Dispose();
  for (const char* table :
       {"decisions", "predictions", "applications", "applicants", "idempotency_keys"}) {
    EXPECT_EQ(records_.Count(table), 0) << table;
  }
  // The event of the decision lost its payload; the disposals have events of their own.
  EXPECT_EQ(records_.Count("audit_payloads WHERE entity_type = 'decision'"), 0);
  EXPECT_GT(records_.Count("ledger_events"), commitments + 1);
  const auto events = EventsOf(*records_.database, "record_class", "consumer_decisions");
  ASSERT_EQ(events->size(), 1);
  EXPECT_EQ(events->front().action, "retention.dispose");
  EXPECT_EQ(*events->front().metadata.Find("disposed"), Json(1));
}

TEST_F(DisposalTest, AnApplicantStaysWhileADecisionDoes) {
  const DecisionRecord old = records_.Store("1", kept_from_ - kDayMicros);
  const DecisionRecord young = records_.Store("1", kept_from_ + kDayMicros);
  ASSERT_EQ(old.applicant_id, young.applicant_id);
  EXPECT_EQ(Dispose()[0].disposed, 1);
  EXPECT_EQ(records_.Load(young)->application.external_ref, "1");
}

TEST_F(DisposalTest, ALegalHoldWins) {
  const DecisionRecord held = records_.Store("1", kept_from_ - kDayMicros);
  records_.Store("2", kept_from_ - kDayMicros);
  ASSERT_TRUE(PlaceHold(*records_.database, records_.ids, SystemClock(), held.applicant_id, "case",
                        "counsel"));
  const Disposal disposal = Dispose()[0];
  EXPECT_EQ(disposal.disposed, 1);
  EXPECT_EQ(disposal.held, 1);
  EXPECT_TRUE(records_.Load(held));
}

TEST_F(DisposalTest, BusinessCreditHasItsOwnPeriod) {
  records_.Store("1", kept_from_ - kDayMicros, "business_loan");
  records_.Store("2", kept_from_ - kDayMicros);
  const auto disposals = Dispose();
  EXPECT_EQ(disposals[0].disposed, 1);
  EXPECT_EQ(disposals[1].disposed, 1);
}

TEST_F(DisposalTest, MoreThanOneChunk) {
  DecisionRecord first = records_.Store("1", kept_from_ - kDayMicros);
  for (int i = 0; i < 3; ++i) records_.Store(std::to_string(i), kept_from_ - (i + 2) * kDayMicros);
  int64_t last = 0;
  const auto disposals = DisposeDue(*records_.database, records_.ids, clock_, Policy(30), false,
                                    "ada", [&](int64_t total) { last = total; });
  EXPECT_EQ(disposals->at(0).disposed, 4);
  EXPECT_GE(last, 4);
}

}  // namespace
}  // namespace fairline
