// The promises of Database, on both: the same values back, durable and whole transactions, several
// processes at once, and a clear word for every way it can fail.
#include "fairline/storage/database.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <limits>
#include <thread>

#include "fairline/storage/test_database.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DatabaseTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(GetParam())) GTEST_SKIP() << "no FAIRLINE_TEST_POSTGRES";
    test_database_ = std::make_unique<TestDatabase>(GetParam());
    database_ = test_database_->Open();
    ASSERT_NE(database_, nullptr);
    ASSERT_TRUE(MakeTable());
  }

  Status Run(std::string_view sql) {
    return database_->Write([&](Transaction& transaction) { return transaction.Execute(sql); });
  }

  Status MakeTable() {
    const bool sqlite = GetParam() == DatabaseKind::kSqlite;
    return Run(
        fmt::format("CREATE TABLE things (id BIGINT PRIMARY KEY, number DOUBLE PRECISION, "
                    "text TEXT CHECK (text <> 'bad'), bytes {})",
                    sqlite ? "BLOB" : "BYTEA"));
  }

  Status Insert(int64_t id, Value number = {}, Value text = {}, Value bytes = {}) {
    return database_->Write([&](Transaction& transaction) {
      return transaction.Execute(kInsert, {id, number, text, bytes});
    });
  }

  int64_t Count() {
    const auto rows = database_->Query("SELECT COUNT(*) FROM things");
    return rows ? std::get<int64_t>((*rows)[0][0]) : -1;
  }

  static std::vector<std::vector<Value>> Things(int64_t first, int64_t count) {
    std::vector<std::vector<Value>> rows;
    for (int64_t id = first; id < first + count; ++id) {
      rows.push_back({id, 0.5, fmt::format("thing {}", id), Value()});
    }
    return rows;
  }

  static constexpr std::string_view kInsert =
      "INSERT INTO things (id, number, text, bytes) VALUES ($1, $2, $3, $4)";

  std::unique_ptr<TestDatabase> test_database_;
  std::unique_ptr<Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Each, DatabaseTest, kBothDatabases, KindName);

TEST_P(DatabaseTest, GivesBackTheSameNumbers) {
  using Limits = std::numeric_limits<double>;
  const double numbers[] = {0.1,    1.0,    1e300, 5e-324, Limits::infinity(), -Limits::infinity(),
                            -0.0,   -1.5,   1e22,  1e-7,   Limits::max(),      Limits::min(),
                            2e-310, 1 / 3.0};
  int64_t id = 0;
  for (const double number : numbers) ASSERT_TRUE(Insert(++id, number)) << number;
  const auto rows = database_->Query("SELECT number FROM things ORDER BY id");
  ASSERT_TRUE(rows);
  for (size_t i = 0; i < rows->size(); ++i) {
    const double read = std::get<double>((*rows)[i][0]);
    if (numbers[i] == 0 && GetParam() == DatabaseKind::kSqlite) continue;  // its zero has no sign
    EXPECT_EQ(std::bit_cast<uint64_t>(read), std::bit_cast<uint64_t>(numbers[i])) << numbers[i];
  }
}

TEST_P(DatabaseTest, GivesBackTheSameIntegersTextsAndBytes) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const std::string text = "Zoë 🏠 'quoted' \\ back $1\n";
  const std::string all_bytes = [] {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes;
  }();
  ASSERT_TRUE(Insert(kMost, {}, text, Blob{all_bytes}));
  ASSERT_TRUE(Insert(kLeast, {}, std::string(), Blob{}));
  const auto rows = database_->Query("SELECT id, number, text, bytes FROM things ORDER BY id DESC");
  ASSERT_TRUE(rows);
  const Row first = {kMost, Value(), text, Blob{all_bytes}};
  const Row second = {kLeast, Value(), std::string(), Blob{}};
  EXPECT_EQ((*rows)[0], first);
  EXPECT_EQ((*rows)[1], second);
}

TEST_P(DatabaseTest, ParametersGoByTheirNumber) {
  ASSERT_TRUE(Insert(7, 1.0, std::string("two")));
  const auto rows =
      database_->Query("SELECT id FROM things WHERE text = $2 AND id = $1 AND $2 = $2",
                       {int64_t{7}, std::string("two")});
  ASSERT_TRUE(rows) << rows.error().detail;
  EXPECT_EQ((*rows)[0][0], Value(int64_t{7}));
  EXPECT_EQ(database_->Query("SELECT id FROM things WHERE id = $1").error().code,
            ErrorCode::kInternal);
}

TEST_P(DatabaseTest, ManyRowsInOrder) {
  constexpr int64_t kCounts[] = {0, 1, 3, 4, 31, 32, 33, 1000};
  int64_t expected = 0;
  for (const int64_t count : kCounts) {
    const auto rows = Things(expected, count);
    const Status status = database_->Write(
        [&](Transaction& transaction) { return transaction.ExecuteMany(kInsert, rows); });
    ASSERT_TRUE(status) << status.error().detail;
    expected += count;
    EXPECT_EQ(Count(), expected);
  }
  const auto rows = database_->Query("SELECT id, number, text, bytes FROM things ORDER BY id");
  const auto things = Things(0, expected);
  EXPECT_EQ(*rows, things);
}

TEST_P(DatabaseTest, ManyRowsOfWhichSomeAreKnown) {
  for (const std::string_view tail :
       {" ON CONFLICT DO NOTHING", " ON CONFLICT (id) DO NOTHING RETURNING id, text"}) {
    ASSERT_TRUE(Run("DELETE FROM things"));
    ASSERT_TRUE(Insert(5, -1.0));
    const auto rows = Things(0, 70);
    const Status status = database_->Write([&](Transaction& transaction) {
      return transaction.ExecuteMany(fmt::format("{}{}", kInsert, tail), rows);
    });
    ASSERT_TRUE(status) << status.error().detail;
    EXPECT_EQ(Count(), 70);
    EXPECT_EQ((*database_->Query("SELECT number FROM things WHERE id = 5"))[0][0], Value(-1.0));
  }
}

TEST_P(DatabaseTest, ManyRowsMayChangeOneRowManyTimes) {
  const std::string upsert = fmt::format(
      "{} ON CONFLICT (id) DO UPDATE SET number = things.number + excluded.number", kInsert);
  const std::vector<std::vector<Value>> rows(100, {int64_t{1}, 1.0, Value(), Value()});
  ASSERT_TRUE(database_->Write(
      [&](Transaction& transaction) { return transaction.ExecuteMany(upsert, rows); }));
  EXPECT_EQ((*database_->Query("SELECT number FROM things"))[0][0], Value(100.0));
}

TEST_P(DatabaseTest, AFailedWriteLeavesNothing) {
  const Status status = database_->Write([](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute("INSERT INTO things (id) VALUES (1)"));
    return Fail(ErrorCode::kConflict, "changed my mind");
  });
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Count(), 0);
  EXPECT_TRUE(Insert(1, 1.0));
}

TEST_P(DatabaseTest, AFailureAmongManyRowsLeavesNothing) {
  ASSERT_TRUE(Insert(500, 1.0));
  const auto rows = Things(0, 1000);
  const Status status = database_->Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute("INSERT INTO things (id) VALUES (-1)"));
    FAIRLINE_TRY(transaction.ExecuteMany(kInsert, rows));
    return transaction.Execute("INSERT INTO things (id) VALUES (-2)");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(Count(), 1);
  EXPECT_TRUE(Insert(1, 1.0));
}

TEST_P(DatabaseTest, AFailureThatIsOverlookedStillFailsTheWrite) {
  ASSERT_TRUE(Insert(1, 1.0));
  const Status status = database_->Write([](Transaction& transaction) -> Status {
    static_cast<void>(transaction.Execute("INSERT INTO things (id) VALUES (2)"));
    static_cast<void>(transaction.Query("INSERT INTO things (id) VALUES (1)"));
    static_cast<void>(transaction.Execute("INSERT INTO things (id) VALUES (3)"));
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(Count(), 1);
}

TEST_P(DatabaseTest, AWriteSeesWhatItWrote) {
  ASSERT_TRUE(database_->Write([](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute("INSERT INTO things (id) VALUES (1)"));
    FAIRLINE_TRY(transaction.ExecuteMany(kInsert, Things(2, 40)));
    const auto rows = FAIRLINE_TRY(transaction.Query("SELECT COUNT(*) FROM things"));
    EXPECT_EQ(rows[0][0], Value(int64_t{41}));
    return {};
  }));
  EXPECT_EQ(Count(), 41);
}

TEST_P(DatabaseTest, ReadersSeeOnlyWhatIsCommitted) {
  ASSERT_TRUE(database_->Write([this](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Query("INSERT INTO things (id) VALUES (1)"));
    EXPECT_EQ(Count(), 0);
    return {};
  }));
  EXPECT_EQ(Count(), 1);
}

TEST_P(DatabaseTest, SurvivesReopening) {
  ASSERT_TRUE(Insert(7, 1.0));
  database_.reset();
  database_ = test_database_->Open();
  EXPECT_EQ(Count(), 1);
}

TEST_P(DatabaseTest, ReadersCannotWrite) {
  EXPECT_FALSE(database_->Query("INSERT INTO things (id) VALUES (1)"));
  EXPECT_EQ(Count(), 0);
}

TEST_P(DatabaseTest, ConstraintsHaveTheirCodes) {
  ASSERT_TRUE(Insert(1, 1.0));
  const Status taken = Insert(1, 1.0);
  EXPECT_EQ(taken.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(taken.error().detail, HasSubstr("things"));
  EXPECT_EQ(Insert(2, 1.0, std::string("bad")).error().code, ErrorCode::kFailedPrecondition);
  const Status orphan =
      Run("INSERT INTO idempotency_keys (key, request_sha256, decision_id, created_at) "
          "VALUES ('k', 's', '0198c0de-0000-7000-8000-000000000000', 't')");
  EXPECT_EQ(orphan.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Run("SELECT nonsense FROM nowhere").error().code, ErrorCode::kInternal);
}

TEST_P(DatabaseTest, LogsHoldNoValues) {
  // A key that is taken and a value that does not fit are quoted by the server, not by us.
  const Status table = Run("CREATE TABLE people (name TEXT PRIMARY KEY, age BIGINT)");
  ASSERT_TRUE(table);
  const auto insert = [&](Value name, Value age) {
    return database_->Write([&](Transaction& transaction) {
      return transaction.Execute("INSERT INTO people (name, age) VALUES ($1, $2)", {name, age});
    });
  };
  ASSERT_TRUE(insert(std::string("Ada Lovelace"), int64_t{36}));
  const Status taken = insert(std::string("Ada Lovelace"), int64_t{36});
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message + taken.error().detail, Not(HasSubstr("Ada")));
  const Status misfit = insert(std::string("Bob"), std::string("born in May"));
  if (GetParam() == DatabaseKind::kPostgres) {  // SQLite's columns take everything
    ASSERT_FALSE(misfit);
    EXPECT_EQ(misfit.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(misfit.error().message + misfit.error().detail, Not(HasSubstr("May")));
  }
}

TEST_P(DatabaseTest, TwoProcessesCountTogether) {
  const auto other = test_database_->Open();
  ASSERT_TRUE(Insert(1, 0.0));
  constexpr int kThreads = 4, kIncrements = 25;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, database = i % 2 == 0 ? database_.get() : other.get()] {
        for (int k = 0; k < kIncrements; ++k) {
          const Status status = database->Write([](Transaction& transaction) -> Status {
            const auto rows = FAIRLINE_TRY(transaction.Query("SELECT number FROM things"));
            const double next = std::get<double>(rows[0][0]) + 1;
            return transaction.Execute("UPDATE things SET number = $1", {next});
          });
          if (!status || !database->Query("SELECT number FROM things")) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ((*database_->Query("SELECT number FROM things"))[0][0], Value(100.0));
}

TEST_P(DatabaseTest, WritersBesideEachOther) {
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int64_t i = 0; i < 6; ++i) {
      threads.emplace_back([&, i] {
        for (int64_t k = 0; k < 20; ++k) {
          const auto rows = Things(i * 10'000 + k * 50, 50);
          const Status status = database_->Write(
              [&](Transaction& transaction) { return transaction.ExecuteMany(kInsert, rows); },
              i % 2 == 0 ? Turn::kBeside : Turn::kAlone);
          if (!status) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(Count(), 6 * 20 * 50);
}

TEST_P(DatabaseTest, WritersThatLockEachOtherOutBothSucceed) {
  ASSERT_TRUE(Insert(1, 0.0));
  ASSERT_TRUE(Insert(2, 0.0));
  std::atomic<int> failures = 0;
  const auto add = [&](int64_t first, int64_t second) {
    for (int k = 0; k < 5; ++k) {
      const Status status = database_->Write(
          [&](Transaction& transaction) -> Status {
            for (const int64_t id : {first, second}) {
              FAIRLINE_TRY(
                  transaction.Query("UPDATE things SET number = number + 1 WHERE id = $1", {id}));
            }
            return {};
          },
          Turn::kBeside);
      if (!status) ++failures;
    }
  };
  {
    const std::jthread one([&] { add(1, 2); }), other([&] { add(2, 1); });
  }
  EXPECT_EQ(failures, 0);
  const auto rows = database_->Query("SELECT number FROM things");
  EXPECT_EQ((*rows)[0][0], Value(10.0));
  EXPECT_EQ((*rows)[1][0], Value(10.0));
}

TEST_P(DatabaseTest, ManyProcessesMayStartAtOnce) {
  database_.reset();  // no thread of it is there when this process forks
  for (int round = 0; round < 20; ++round) {
    const TestDatabase fresh(GetParam());
    std::vector<pid_t> processes;
    for (int i = 0; i < 8; ++i) {
      const pid_t process = fork();
      if (process == 0) _exit(OpenDatabase(fresh.url()) ? 0 : 1);
      processes.push_back(process);
    }
    for (const pid_t process : processes) {
      int status = 1;
      EXPECT_EQ(waitpid(process, &status, 0), process);
      EXPECT_EQ(status, 0);
    }
    const auto rows = fresh.Open()->Query("SELECT COUNT(*), MAX(version) FROM schema_migrations");
    EXPECT_EQ((*rows)[0][0], (*rows)[0][1]);
  }
}

TEST_P(DatabaseTest, RefusesANewerSchema) {
  ASSERT_TRUE(Run("INSERT INTO schema_migrations VALUES (9999, 'later')"));
  const auto database = OpenDatabase(test_database_->url());
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(database.error().message, HasSubstr("written by a newer fairline"));
}

TEST_P(DatabaseTest, MoreThreadsThanReadersTakeTurns) {
  std::atomic<int> answers = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 20; ++k) answers += database_->Query("SELECT 1").has_value();
      });
    }
  }
  EXPECT_EQ(answers, 320);
}

TEST(OpenDatabase, SaysWhatIsWrongWithAUrl) {
  for (const std::string_view url :
       {"", "fairline.db", "mysql://root:hunter2@host/db", "sqlite://server/file.db", "sqlite:",
        "sqlite:///", "sqlite:///tmp/x.db?mode=hunter2", "postgresql://u:hunter2%zz@host/db",
        "postgresql://u:hunter2@host/db?colour=red", "postgresql://u:hunter2@[::1/db"}) {
    const auto database = OpenDatabase(url);
    ASSERT_FALSE(database) << url;
    EXPECT_EQ(database.error().code, ErrorCode::kInvalidArgument) << url;
    EXPECT_THAT(database.error().message + database.error().detail, Not(HasSubstr("hunter2")));
  }
  const auto misspelt = OpenDatabase("postgresql://host/db?colour=red");
  EXPECT_THAT(misspelt.error().message, HasSubstr("colour"));
}

}  // namespace
}  // namespace fairline
