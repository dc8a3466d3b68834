// Group commit under threads and failures: every submission is answered once, and an answer of
// success is a row in the database.
#include "fairline/decisioning/decision_writer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "fairline/core/limits.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/test_deployment.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

using Answer = std::future<Result<Committed>>;

// Passes everything on, unless told to wait or to fail.
class FragileDatabase : public Database {
 public:
  explicit FragileDatabase(Database& inner) : inner_(inner) {}

  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    return inner_.Query(sql, parameters);
  }
  DatabaseKind kind() const override { return inner_.kind(); }

  Status Write(const std::function<Status(Transaction&)>& work, Turn turn) override {
    ++writes;
    while (held) std::this_thread::yield();
    if (failing) return Fail(ErrorCode::kUnavailable, "the disk is full");
    return inner_.Write(work, turn);
  }

  Status PurgeDeleted(std::span<const std::string_view> tables) override {
    return inner_.PurgeDeleted(tables);
  }

  std::atomic<bool> held = false, failing = false;
  std::atomic<int> writes = 0;

 private:
  Database& inner_;
};

class DecisionWriterTest : public ::testing::Test {
 protected:
  static Answer Submit(DecisionWriter& writer, DecisionRecord record,
                       std::optional<IdempotencyKey> key = {}) {
    auto promise = std::make_shared<std::promise<Result<Committed>>>();
    Answer answer = promise->get_future();
    writer.Submit(std::move(record), std::move(key),
                  [promise](Result<Committed> result) { promise->set_value(std::move(result)); });
    return answer;
  }

  int64_t Count(std::string_view table) {
    const auto rows = store_.database->Query(fmt::format("SELECT COUNT(*) FROM {}", table));
    return std::get<int64_t>((*rows)[0][0]);
  }

  // Lets the writer take one decision and hold its commit open, so that the rest queues up.
  Answer HoldACommit(DecisionWriter& writer) {
    database_.held = true;
    const int before = database_.writes;
    Answer answer = Submit(writer, store_.Decided());
    while (database_.writes == before) std::this_thread::yield();
    return answer;
  }

  static bool Heals(const DecisionWriter& writer) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!writer.healthy() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return writer.healthy();
  }

  TestStore store_;
  FragileDatabase database_{*store_.database};
  Metrics metrics_;
};

TEST_F(DecisionWriterTest, StoresEverythingTogether) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  const auto committed = Submit(writer, store_.Decided(), IdempotencyKey{"k", "sha"}).get();
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_FALSE(committed->replayed);
  for (const char* table : {"applications", "predictions", "decisions", "idempotency_keys"}) {
    EXPECT_EQ(Count(table), 1) << table;
  }
  EXPECT_EQ(EventsOf(*store_.database, "decision", committed->record.decision_id)->size(), 1);
}

TEST_F(DecisionWriterTest, ManyThreadsShareCommits) {
  constexpr int kThreads = 8, kEach = 100;
  std::atomic<int> failures = 0;
  {
    DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        std::vector<std::pair<std::string, Answer>> answers;
        for (int k = 0; k < kEach; ++k) {
          DecisionRecord record = store_.Decided(1000 * k);
          std::string id = record.decision_id;
          answers.emplace_back(std::move(id), Submit(writer, std::move(record)));
        }
        for (auto& [id, answer] : answers) {
          const auto committed = answer.get();
          const bool stored = committed && committed->record.decision_id == id &&
                              LoadDecision(*store_.database, *store_.vault, id);
          if (!stored) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(Count("decisions"), kThreads * kEach);
  EXPECT_LT(database_.writes, kThreads * kEach);  // some commits held more than one decision
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_decisions_committed_total 800"));
}

TEST_F(DecisionWriterTest, TheDestructorCommitsWhatIsQueued) {
  std::vector<Answer> answers;
  {
    DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
    for (int i = 0; i < 50; ++i) answers.push_back(Submit(writer, store_.Decided()));
  }
  for (Answer& answer : answers) EXPECT_TRUE(answer.get());
  EXPECT_EQ(Count("decisions"), 50);
}

TEST_F(DecisionWriterTest, ARepeatedRequestGetsTheFirstDecision) {
  const IdempotencyKey key{"order-1", "sha-a"};
  std::string first_id;
  {
    DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
    first_id = Submit(writer, store_.Decided(), key).get()->record.decision_id;
    const auto again = Submit(writer, store_.Decided(), key).get();
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->record.decision_id, first_id);
    const auto other = Submit(writer, store_.Decided(1), IdempotencyKey{"order-1", "sha-b"}).get();
    EXPECT_EQ(other.error().code, ErrorCode::kInvalidArgument);
  }
  // A restart knows the key as well.
  DecisionWriter restarted(database_, *store_.vault, store_.ids, metrics_);
  EXPECT_EQ(Submit(restarted, store_.Decided(), key).get()->record.decision_id, first_id);
  EXPECT_EQ(Count("decisions"), 1);
  EXPECT_EQ(Count("applications"), 1);
}

TEST_F(DecisionWriterTest, ARepetitionInFlightIsAConflict) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  Answer held = HoldACommit(writer);
  Answer first = Submit(writer, store_.Decided(), IdempotencyKey{"k", "sha-a"});
  EXPECT_EQ(Submit(writer, store_.Decided(), IdempotencyKey{"k", "sha-a"}).get().error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(Submit(writer, store_.Decided(), IdempotencyKey{"k", "sha-b"}).get().error().code,
            ErrorCode::kInvalidArgument);
  database_.held = false;
  EXPECT_TRUE(held.get());
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(Submit(writer, store_.Decided(), IdempotencyKey{"k", "sha-a"}).get()->replayed);
}

TEST_F(DecisionWriterTest, TwoProcessesRaceOnOneKey) {
  const auto other_database = *OpenSqlite(store_.file());
  DecisionWriter first(*store_.database, *store_.vault, store_.ids, metrics_);
  DecisionWriter second(*other_database, *store_.vault, store_.ids, metrics_);
  for (int i = 0; i < 20; ++i) {
    const IdempotencyKey key{fmt::format("key-{}", i), "sha"};
    Answer a = Submit(first, store_.Decided(), key), b = Submit(second, store_.Decided(), key);
    const auto one = a.get(), two = b.get();
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->record.decision_id, two->record.decision_id);
    EXPECT_NE(one->replayed, two->replayed);
  }
  EXPECT_EQ(Count("decisions"), 20);
}

TEST_F(DecisionWriterTest, AKnownApplicantKeepsItsId) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  const auto applicant = [&](std::string external_ref, std::string product) {
    DecisionRecord record = store_.Decided(1000, std::move(external_ref));
    record.application.product = std::move(product);
    const auto committed = Submit(writer, std::move(record)).get();
    EXPECT_EQ(
        LoadDecision(*store_.database, *store_.vault, committed->record.decision_id)->applicant_id,
        committed->record.applicant_id);
    return committed->record.applicant_id;
  };
  const std::string first = applicant("100001", "loan");
  EXPECT_EQ(applicant("100001", "loan"), first);
  EXPECT_NE(applicant("100002", "loan"), first);
  EXPECT_NE(applicant("100001", "card"), first);
  EXPECT_NE(applicant("", "loan"), applicant("", "loan"));
}

TEST_F(DecisionWriterTest, ABadRecordFailsAlone) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  Answer held = HoldACommit(writer);
  std::vector<Answer> good;
  DecisionRecord twice = store_.Decided();
  good.push_back(Submit(writer, twice));
  Answer bad = Submit(writer, twice);  // the same ids again
  for (int i = 0; i < 5; ++i) good.push_back(Submit(writer, store_.Decided()));
  database_.held = false;
  for (Answer& answer : good) EXPECT_TRUE(answer.get());
  const auto refused = bad.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
  EXPECT_TRUE(held.get());
  EXPECT_EQ(Count("decisions"), 7);
  EXPECT_TRUE(writer.healthy());
}

TEST_F(DecisionWriterTest, AFailedCommitFailsItsRecordsAndHeals) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  database_.failing = true;
  const IdempotencyKey key{"k", "sha"};
  const auto failed = Submit(writer, store_.Decided(), key).get();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(writer.healthy());
  EXPECT_EQ(Count("applications"), 0);

  // Nothing is tried on behalf of a request while the database does not work.
  EXPECT_EQ(Submit(writer, store_.Decided()).get().error().code, ErrorCode::kUnavailable);

  database_.failing = false;
  EXPECT_TRUE(Heals(writer));  // by its own probe, without a request
  EXPECT_FALSE(Submit(writer, store_.Decided(), key).get()->replayed);
  EXPECT_EQ(
      (*store_.database->Query("SELECT COUNT(*) FROM schema_migrations WHERE version = 0"))[0][0],
      Value(int64_t{0}));
}

TEST_F(DecisionWriterTest, AFailedCommitAlsoAnswersWhatWaitsBehindIt) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  ASSERT_TRUE(Submit(writer, store_.Decided()).get());
  Answer held = HoldACommit(writer);
  std::vector<Answer> waiting;
  for (size_t i = 0; i < 2 * limits::kCommitBatch; ++i) {
    waiting.push_back(
        Submit(writer, store_.Decided(), IdempotencyKey{fmt::format("k{}", i), "sha"}));
  }
  const int before = database_.writes;
  database_.failing = true;
  database_.held = false;
  EXPECT_FALSE(held.get());
  for (Answer& answer : waiting) EXPECT_EQ(answer.get().error().code, ErrorCode::kUnavailable);
  EXPECT_LE(database_.writes - before, 2);  // none of them was tried, but for a probe
  database_.failing = false;
  ASSERT_TRUE(Heals(writer));
  EXPECT_FALSE(Submit(writer, store_.Decided(), IdempotencyKey{"k0", "sha"}).get()->replayed);
}

TEST_F(DecisionWriterTest, AFullDatabaseFileRefusesAndRecovers) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  const auto limit_pages = [&](int64_t pages) {
    return store_.database->Write([&](Transaction& transaction) {
      return transaction.Execute(fmt::format("PRAGMA max_page_count = {}", pages));
    });
  };
  ASSERT_TRUE(limit_pages(1));  // becomes: as large as it is now
  Result<Committed> last = Submit(writer, store_.Decided()).get();
  int64_t stored = last ? 1 : 0;
  for (int i = 0; i < 1000 && last; ++i) {
    last = Submit(writer, store_.Decided()).get();
    stored += last ? 1 : 0;
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(last.error().message, HasSubstr("the disk is full"));
  EXPECT_EQ(Count("decisions"), stored);
  EXPECT_EQ(Count("applications"), stored);
  ASSERT_TRUE(limit_pages(1'000'000));
  ASSERT_TRUE(Heals(writer));
  EXPECT_TRUE(Submit(writer, store_.Decided()).get());
}

TEST_F(DecisionWriterTest, AFullQueueIsRefusedAtOnce) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  Answer held = HoldACommit(writer);
  const DecisionRecord record = store_.Decided();
  std::vector<Answer> queued;
  for (size_t i = 0; i < limits::kWriterQueue; ++i) {
    DecisionRecord copy = record;
    copy.application_id = store_.ids.Next();
    copy.prediction_id = store_.ids.Next();
    copy.decision_id = store_.ids.Next();
    copy.applicant_id = store_.ids.Next();
    queued.push_back(Submit(writer, std::move(copy)));
  }
  EXPECT_EQ(Submit(writer, record).get().error().code, ErrorCode::kUnavailable);
  database_.held = false;
  EXPECT_TRUE(held.get());
  for (Answer& answer : queued) EXPECT_TRUE(answer.get());
}

TEST_F(DecisionWriterTest, AnAnswerMaySubmitAgain) {
  DecisionWriter writer(database_, *store_.vault, store_.ids, metrics_);
  std::promise<bool> done;
  writer.Submit(store_.Decided(), {}, [&](Result<Committed>) {
    writer.Submit(store_.Decided(), {},
                  [&](Result<Committed> second) { done.set_value(second.has_value()); });
  });
  EXPECT_TRUE(done.get_future().get());
}

}  // namespace
}  // namespace fairline
