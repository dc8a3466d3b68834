// Events come back as they were written, in order, and only with the transaction they belong to.
#include "fairline/ledger/audit.h"

#include <gtest/gtest.h>

#include "fairline/ledger/event_hash.h"
#include "fairline/storage/test_database.h"

namespace fairline {
namespace {

class AuditTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(GetParam())) GTEST_SKIP() << "no FAIRLINE_TEST_POSTGRES";
    test_database_.emplace(GetParam());
    database_ = test_database_->Open();
  }

  AuditEvent Event(std::string entity_id, int64_t created_at_micros) {
    AuditEvent event{ids_.Next(), "decision",         std::move(entity_id), "decisions.create",
                     "ada",       Json::MakeObject(), created_at_micros};
    event.metadata["model"] = "credit \"risk\"";
    event.metadata["version"] = 3;
    return event;
  }

  Status Append(LedgerWriter writer, size_t count, bool fail = false) {
    std::vector<AuditEvent> events;
    for (size_t i = 0; i < count; ++i) events.push_back(Event("x", 1));
    return database_->Write([&](Transaction& transaction) -> Status {
      FAIRLINE_TRY(AppendEvents(transaction, writer, events));
      if (fail) return Fail(ErrorCode::kConflict, "no");
      return {};
    });
  }

  Result<LedgerWriter> Claim() {
    LedgerWriter writer = 0;
    FAIRLINE_TRY(database_->Write([&](Transaction& transaction) -> Status {
      writer = FAIRLINE_TRY(ClaimWriter(transaction, SystemClock()));
      return {};
    }));
    return writer;
  }

  /// Follows the writer's chain to its head.
  void ExpectChain(LedgerWriter writer, size_t count) {
    const auto rows = *database_->Query(
        "SELECT seq, event_id, commitment, chain FROM ledger_events WHERE writer = $1 ORDER BY seq",
        {writer});
    ASSERT_EQ(rows.size(), count);
    std::string chain = FirstChain();
    for (size_t seq = 0; seq < count; ++seq) {
      EXPECT_EQ(rows[seq][0], Value(static_cast<int64_t>(seq)));
      chain = NextChain(
          chain, EventLeaf({writer, static_cast<int64_t>(seq)}, std::get<std::string>(rows[seq][1]),
                           std::get<Blob>(rows[seq][2]).bytes));
      EXPECT_EQ(std::get<Blob>(rows[seq][3]).bytes, chain) << seq;
    }
    const auto head =
        *database_->Query("SELECT next_seq, head FROM ledger_writers WHERE id = $1", {writer});
    EXPECT_EQ(head[0][0], Value(static_cast<int64_t>(count)));
    EXPECT_EQ(std::get<Blob>(head[0][1]).bytes, chain);
  }

  std::optional<TestDatabase> test_database_;
  std::unique_ptr<Database> database_;
  IdGenerator ids_{SystemClock()};
};

INSTANTIATE_TEST_SUITE_P(Each, AuditTest, kBothDatabases, KindName);

TEST_P(AuditTest, EventsOfOneEntityOldestFirst) {
  const AuditEvent later = Event("a", 2'000'001), earlier = Event("a", 1'000'000);
  ASSERT_TRUE(database_->Write([&](Transaction& transaction) -> Status {
    for (const AuditEvent& event : {later, Event("b", 5), earlier}) {
      FAIRLINE_TRY(AppendEvent(transaction, event));
    }
    return {};
  }));
  const auto events = EventsOf(*database_, "decision", "a");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2);
  EXPECT_EQ((*events)[0].id, earlier.id);
  const AuditEvent& read = (*events)[1];
  EXPECT_EQ(read.id, later.id);
  EXPECT_EQ(read.entity_type, "decision");
  EXPECT_EQ(read.entity_id, "a");
  EXPECT_EQ(read.action, "decisions.create");
  EXPECT_EQ(read.user_id, "ada");
  EXPECT_EQ(read.metadata, later.metadata);
  EXPECT_EQ(read.created_at_micros, 2'000'001);
}

TEST_P(AuditTest, AnEventFallsWithItsTransaction) {
  const Status status = database_->Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(AppendEvent(transaction, Event("a", 1)));
    return Fail(ErrorCode::kConflict, "no");
  });
  EXPECT_FALSE(status);
  EXPECT_TRUE(EventsOf(*database_, "decision", "a")->empty());
}

TEST_P(AuditTest, EachWriterHasAChain) {
  const LedgerWriter one = *Claim(), other = *Claim();
  EXPECT_NE(one, kMainWriter);
  EXPECT_NE(one, other);
  ASSERT_TRUE(Append(one, 3));
  ASSERT_TRUE(Append(kMainWriter, 1));
  ASSERT_TRUE(Append(other, 5));
  ASSERT_TRUE(Append(one, 0));
  ASSERT_TRUE(Append(one, 4));
  EXPECT_FALSE(Append(one, 2, true));
  ASSERT_TRUE(Append(kMainWriter, 2));
  ExpectChain(kMainWriter, 3);
  ExpectChain(one, 7);
  ExpectChain(other, 5);
  EXPECT_NE(*Claim(), other);
}

TEST_P(AuditTest, ACommitmentIsToThePayload) {
  ASSERT_TRUE(Append(kMainWriter, 2));
  const auto rows = *database_->Query(
      "SELECT e.event_id, e.commitment, p.salt, p.timestamp, p.user_id, p.action, p.entity_type, "
      "p.entity_id, p.metadata FROM ledger_events e JOIN audit_payloads p ON p.writer = e.writer "
      "AND p.seq = e.seq");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NE(rows[0][2], rows[1][2]) << "each event has its own salt";
  for (const Row& row : rows) {
    const auto text = [&](size_t column) { return std::get<std::string>(row[column]); };
    EXPECT_EQ(std::get<Blob>(row[1]).bytes,
              EventCommitment(std::get<Blob>(row[2]).bytes,
                              {text(0), text(3), text(4), text(5), text(6), text(7), text(8)}));
  }
}

TEST_P(AuditTest, OnlyClaimedWritersWrite) {
  EXPECT_EQ(Append(77, 1).error().code, ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace fairline
