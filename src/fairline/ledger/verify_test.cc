// What a verification says of a sound ledger and of one that was changed in plain ways; the
// thousands of other ways are in verify_mutation_test.cc.
#include "fairline/ledger/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/ledger/test_ledger.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

class VerifyTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(GetParam())) GTEST_SKIP() << "no FAIRLINE_TEST_POSTGRES";
    made_.emplace(GetParam());
    sequencer_.emplace(ledger().database(), ledger().keyring(), ledger().clock(), metrics_,
                       SequencerSettings());
  }
  TestLedger& ledger() { return *made_; }

  void Round(bool sign = true) { ASSERT_TRUE(sequencer_->RunRound(sign).value()); }
  void Fill() {
    for (size_t i = 0; i < 12; ++i) {
      ledger().Add(1 + i % 5, i % 3);
      if (i % 4 == 3) Round();
    }
  }
  LedgerReport Verify(std::vector<std::string> kept = {}) {
    VerifyOptions options{.public_key = ledger().verifier().public_key};
    for (size_t i = 0; i < kept.size(); ++i) {
      options.kept.push_back({std::to_string(i), kept[i]});
    }
    return VerifyLedger(ledger().database(), options).value();
  }
  void Execute(std::string_view sql, const std::vector<Value>& values = {}) {
    const Status done = ledger().database().Write(
        [&](Transaction& transaction) { return transaction.Execute(sql, values); });
    ASSERT_TRUE(done) << done.error().detail;
  }
  static std::string Texts(const LedgerReport& report) {
    std::string texts;
    for (const auto& finding : report.findings) texts += finding.Text() + "\n";
    return texts;
  }

  std::optional<TestLedger> made_;
  Metrics metrics_;
  std::optional<Sequencer> sequencer_;
};

INSTANTIATE_TEST_SUITE_P(Each, VerifyTest, kBothDatabases, KindName);

TEST_P(VerifyTest, AnEmptyLedgerIsSound) {
  const LedgerReport report = Verify();
  EXPECT_TRUE(report.ok()) << Texts(report);
  EXPECT_EQ(report.events, 0);
}

TEST_P(VerifyTest, ASoundLedger) {
  Fill();
  ledger().Add(4, 1);
  Round(false);
  ledger().Add(2, 2);
  const LedgerReport report = Verify(ledger().Notes());
  EXPECT_TRUE(report.ok()) << Texts(report);
  EXPECT_EQ(report.events, 37);
  EXPECT_EQ(report.erased, 0);
  EXPECT_EQ(report.writers, 3);
  EXPECT_EQ(report.checkpoints, 3);
  EXPECT_EQ(report.kept, 3);
  EXPECT_EQ(report.newest_good->tree_size, 33);
  EXPECT_EQ(report.not_signed.events, 4);
  EXPECT_EQ(report.not_signed.since, FormatTimestamp(ledger().clock().NowMicros()));
  EXPECT_EQ(report.not_ordered.events, 2);
  EXPECT_EQ(report.not_ordered.since, FormatTimestamp(ledger().clock().NowMicros()));
}

TEST_P(VerifyTest, ErasedPayloadsLeaveItSound) {
  Fill();
  Execute("DELETE FROM audit_payloads WHERE writer = 1 AND seq IN (0, 3)");
  const LedgerReport report = Verify(ledger().Notes());
  EXPECT_TRUE(report.ok()) << Texts(report);
  EXPECT_EQ(report.erased, 2);
}

TEST_P(VerifyTest, NamesTheEventWhosePayloadWasChanged) {
  Fill();
  const auto id = std::get<std::string>((*ledger().database().Query(
      "SELECT event_id FROM ledger_events WHERE writer = 1 AND seq = 2"))[0][0]);
  Execute("UPDATE audit_payloads SET user_id = 'eve' WHERE writer = 1 AND seq = 2");
  const LedgerReport report = Verify();
  ASSERT_EQ(report.findings_total, 1) << Texts(report);
  const LedgerFinding& finding = report.findings[0];
  const auto place = PlaceOfEvent(ledger().database(), id).value();
  EXPECT_EQ(finding.index, place.index);
  EXPECT_EQ(finding.event_id, id);
  EXPECT_EQ(finding.Text(), "event " + id + " (index " + std::to_string(*place.index) +
                                ", writer 1, number 2): what it says is not what was recorded");
}

TEST_P(VerifyTest, EachChangeIsAFindingOrTwo) {
  Fill();
  const Value zeros = Blob{std::string(32, '\0')};
  const std::pair<std::string, std::vector<Value>> changes[] = {
      {"UPDATE ledger_events SET chain = $1 WHERE writer = 1 AND seq = 1", {zeros}},
      {"UPDATE ledger_events SET event_id = $1 WHERE writer = 1 AND seq = 2",
       {ledger().NewEvent().id}},
      {"UPDATE ledger_writers SET head = $1 WHERE id = 1", {zeros}},
      {"DELETE FROM ledger_checkpoints WHERE tree_size < 15", {}},
      {"UPDATE ledger_checkpoints SET root = $1 WHERE tree_size = 21", {zeros}},
      {"UPDATE ledger_checkpoints SET created_at = '' WHERE tree_size = 33", {}},
      {"DELETE FROM ledger_events WHERE writer = 1 AND seq = 4", {}},
  };
  int64_t before = 0;
  for (const auto& [change, values] : changes) {
    SCOPED_TRACE(change);
    Execute(change, values);
    const LedgerReport report = Verify();
    EXPECT_GT(report.findings_total, before) << Texts(report);
    EXPECT_LE(report.findings_total, before + 2) << Texts(report);
    before = report.findings_total;
  }
}

TEST_P(VerifyTest, AKeptCheckpointOfALongerLedger) {
  Fill();
  const std::string kept = ledger().Notes()[2];
  Execute("DELETE FROM ledger_checkpoints WHERE tree_size = 33");
  Execute("DELETE FROM ledger_ranges WHERE first_index >= 21");
  const LedgerReport report = Verify({kept});
  EXPECT_THAT(Texts(report), HasSubstr("the kept checkpoint 0 of 33 events"));
  EXPECT_THAT(Texts(report), HasSubstr("the ledger holds only"));
  EXPECT_EQ(report.first_divergent->tree_size, 33);
}

TEST_P(VerifyTest, KeptCheckpointsAreLookedAtThemselves) {
  Fill();
  std::string changed = ledger().Notes()[0];
  changed.replace(changed.find("time 2026"), 9, "time 2025");
  EXPECT_THAT(Texts(Verify({changed})), HasSubstr("the kept checkpoint 0: the signature"));
  EXPECT_THAT(Texts(Verify({"hello"})), HasSubstr("this is not a checkpoint of a ledger"));
  const std::string foreign =
      SignCheckpoint(ReadCheckpoint(ledger().Notes()[0]).value(), SecretKey::Generate());
  EXPECT_THAT(Texts(Verify({foreign})), HasSubstr("is not signed by the key of fairline"));
}

TEST_P(VerifyTest, AnotherPublicKeyDoesNotFit) {
  Fill();
  const auto report =
      VerifyLedger(ledger().database(), {.public_key = SigningPublicKey(SecretKey::Generate())});
  EXPECT_EQ(report->findings_total, 3);
  EXPECT_EQ(report->not_signed.events, 33);
}

TEST_P(VerifyTest, EventsMayBeLookedAtFurther) {
  Fill();
  int looked_at = 0;
  VerifyOptions options{.public_key = ledger().verifier().public_key};
  options.check_event = [&](const LedgerEvent& event) -> Result<std::string> {
    ++looked_at;
    return event.position.seq == 5 ? "its record was changed" : "";
  };
  const auto report = VerifyLedger(ledger().database(), options);
  EXPECT_EQ(looked_at, 33);
  EXPECT_EQ(report->findings_total, 3);
  EXPECT_THAT(Texts(*report), HasSubstr("number 5): its record was changed"));
}

TEST_P(VerifyTest, CanBeStopped) {
  ledger().Add(1500);
  Round();
  const std::atomic<bool> stop = true;
  const auto report = VerifyLedger(ledger().database(),
                                   {.public_key = ledger().verifier().public_key, .stop = &stop});
  EXPECT_EQ(report.error().code, ErrorCode::kCancelled);
}

TEST_P(VerifyTest, MoreThanOneTileAndBlock) {
  ledger().Add(700);
  ledger().Add(900, 1);
  Round();
  EXPECT_TRUE(Verify(ledger().Notes()).ok());
  Execute("UPDATE ledger_tiles SET hashes = $1 WHERE level = 0 AND position = 3",
          {Blob{std::string(8192, '\0')}});
  const LedgerReport report = Verify(ledger().Notes());
  EXPECT_EQ(report.findings_total, 256) << "each leaf is named";
  EXPECT_EQ(report.findings[0].index, 768);
  Execute("DELETE FROM ledger_tiles WHERE level = 0 AND position = 3");
  EXPECT_THAT(Texts(Verify()), HasSubstr("the stored tree over events 768 to 1023 is missing"));
}

}  // namespace
}  // namespace fairline
