// Decisions about an applicant are being stored while the applicant is erased: either the erasure
// clears them too, or they belong to somebody new. On SQLite the two cannot meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/test_deployment.h"
#include "fairline/governance/erasure.h"
#include "fairline/storage/test_database.h"

namespace fairline {
namespace {

// Calls back between the statements of every transaction.
class WatchedTransaction : public Transaction {
 public:
  using Watch = std::function<void(std::string_view sql)>;
  WatchedTransaction(Transaction& inner, const Watch& after) : inner_(inner), after_(after) {}

  Status Execute(std::string_view sql, const std::vector<Value>& parameters) override {
    return inner_.Execute(sql, parameters);
  }
  Status ExecuteMany(std::string_view sql, std::span<const std::vector<Value>> rows) override {
    return inner_.ExecuteMany(sql, rows);
  }
  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    auto rows = inner_.Query(sql, parameters);
    after_(sql);
    return rows;
  }

 private:
  Transaction& inner_;
  const Watch& after_;
};

class WatchedDatabase : public Database {
 public:
  explicit WatchedDatabase(Database& inner) : inner_(inner) {}

  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    return inner_.Query(sql, parameters);
  }
  DatabaseKind kind() const override { return inner_.kind(); }
  Status Write(const std::function<Status(Transaction&)>& work, Turn turn) override {
    return inner_.Write(
        [&](Transaction& transaction) {
          WatchedTransaction watched(transaction, after);
          return work(watched);
        },
        turn);
  }
  Status PurgeDeleted(std::span<const std::string_view> tables) override {
    return inner_.PurgeDeleted(tables);
  }

  WatchedTransaction::Watch after = [](std::string_view) {};

 private:
  Database& inner_;
};

class ErasureRaceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(DatabaseKind::kPostgres)) GTEST_SKIP() << "no PostgreSQL";
    server_ = std::make_unique<TestDatabase>(DatabaseKind::kPostgres);
    database_ = server_->Open();
    vault_ = *Vault::Open(*database_, store_.keyring);
    watched_ = std::make_unique<WatchedDatabase>(*database_);
    writer_ = std::make_unique<DecisionWriter>(*watched_, *vault_, store_.ids, metrics_);
  }

  std::future<Result<Committed>> Submit() {
    auto promise = std::make_shared<std::promise<Result<Committed>>>();
    auto answer = promise->get_future();
    writer_->Submit(store_.Decided(400000, "100001"), {}, [promise](Result<Committed> committed) {
      promise->set_value(std::move(committed));
    });
    return answer;
  }

  Result<Erasure> Erase(Database& database, const std::string& applicant_id) {
    return EraseApplicant(database, *vault_, store_.ids, SystemClock(), {}, applicant_id, "ada");
  }

  // Until a session of this test waits for the lock of another.
  void AwaitWaiting() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      const auto waiting = database_->Query(
          "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
          {server_->name()});
      if (!waiting->empty()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "nobody waits for a lock";
  }

  int64_t InClear(const std::string& applicant_id) {
    const auto rows = database_->Query(
        "SELECT COUNT(*) FROM applications a JOIN predictions p ON p.application_id = a.id "
        "WHERE a.applicant_id = $1 AND (a.amount_minor IS NOT NULL OR p.explanation <> '')",
        {applicant_id});
    return std::get<int64_t>(rows->front()[0]);
  }

  TestStore store_;
  Metrics metrics_;
  std::unique_ptr<TestDatabase> server_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<WatchedDatabase> watched_;
  std::unique_ptr<DecisionWriter> writer_;  // last: ends before what it writes to
};

TEST_F(ErasureRaceTest, AnErasureClearsWhatWasBeingStored) {
  const std::string applicant = Submit().get()->record.applicant_id;
  std::future<Result<Erasure>> erasure;
  watched_->after = [&](std::string_view sql) {
    if (!sql.contains("FROM applicants") || erasure.valid()) return;
    erasure = std::async(std::launch::async, [&] { return Erase(*database_, applicant); });
    AwaitWaiting();
  };
  const auto committed = Submit().get();
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_EQ(committed->record.applicant_id, applicant);

  const auto erased = erasure.get();
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(erased->decisions, 2);
  EXPECT_EQ(InClear(applicant), 0);
}

TEST_F(ErasureRaceTest, AnApplicantWhoIsBeingErasedIsNotFound) {
  const std::string applicant = Submit().get()->record.applicant_id;
  WatchedDatabase slow(*database_);
  std::future<Result<Committed>> answer;
  slow.after = [&](std::string_view sql) {
    if (!sql.contains("COUNT(*), MAX(d.created_at)")) return;  // after the applicant was erased
    answer = Submit();
    AwaitWaiting();
  };
  const auto erased = Erase(slow, applicant);
  ASSERT_TRUE(erased) << erased.error().message;

  const auto committed = answer.get();
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_NE(committed->record.applicant_id, applicant);
  EXPECT_EQ(InClear(applicant), 0);
  EXPECT_EQ(
      LoadDecision(*database_, *vault_, committed->record.decision_id)->application.external_ref,
      "100001");
}

}  // namespace
}  // namespace fairline
