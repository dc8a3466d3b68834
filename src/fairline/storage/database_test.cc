// The promises of Database on a real file: durable and whole transactions, the same bits back,
// several processes on one file, and a clear word for every way it can fail.
#include "fairline/storage/database.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <fstream>
#include <limits>
#include <thread>

#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

class DatabaseTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> Open() {
    auto database = OpenSqlite(file_);
    EXPECT_TRUE(database) << database.error().message << " " << database.error().detail;
    return *std::move(database);
  }

  static Status MakeTable(Database& database) {
    return database.Write([](Transaction& transaction) {
      return transaction.Execute(
          "CREATE TABLE things (id BIGINT PRIMARY KEY, number DOUBLE "
          "PRECISION, text TEXT CHECK (text <> 'bad'))");
    });
  }

  static Status Insert(Database& database, int64_t id, Value number, Value text = {}) {
    return database.Write([&](Transaction& transaction) {
      return transaction.Execute("INSERT INTO things (id, number, text) VALUES ($1, $2, $3)",
                                 {id, number, text});
    });
  }

  static int64_t Count(Database& database) {
    return std::get<int64_t>((*database.Query("SELECT COUNT(*) FROM things"))[0][0]);
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "data" / "fairline.db";
};

TEST_F(DatabaseTest, GivesBackTheSameValues) {
  const auto database = Open();
  ASSERT_TRUE(MakeTable(*database));
  const double numbers[] = {0.1, 1.0, 1e300, 5e-324, std::numeric_limits<double>::infinity(), -1.5};
  int64_t id = 0;
  for (const double number : numbers) {
    ASSERT_TRUE(Insert(*database, ++id, number, std::string("a\0ü", 4)));
  }
  const auto rows = database->Query("SELECT number, text FROM things ORDER BY id");
  ASSERT_TRUE(rows);
  for (size_t i = 0; i < rows->size(); ++i) {
    const double read = std::get<double>((*rows)[i][0]);
    EXPECT_EQ(std::bit_cast<uint64_t>(read), std::bit_cast<uint64_t>(numbers[i]));
    EXPECT_EQ(std::get<std::string>((*rows)[i][1]), std::string("a\0ü", 4));
  }
}

TEST_F(DatabaseTest, ParametersGoByTheirNumber) {
  const auto database = Open();
  const auto rows = database->Query("SELECT $2, $1, $2", {int64_t{1}, std::string("two")});
  ASSERT_TRUE(rows);
  const Row expected = {std::string("two"), int64_t{1}, std::string("two")};
  EXPECT_EQ((*rows)[0], expected);
  EXPECT_EQ(database->Query("SELECT $1").error().code, ErrorCode::kInternal);
}

TEST_F(DatabaseTest, AFailedWriteLeavesNothing) {
  const auto database = Open();
  ASSERT_TRUE(MakeTable(*database));
  const Status status = database->Write([](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute("INSERT INTO things (id) VALUES (1)"));
    return Fail(ErrorCode::kConflict, "changed my mind");
  });
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Count(*database), 0);
  EXPECT_TRUE(Insert(*database, 1, 1.0));
}

TEST_F(DatabaseTest, SurvivesReopening) {
  ASSERT_TRUE(MakeTable(*Open()));
  ASSERT_TRUE(Insert(*Open(), 7, 1.0));
  EXPECT_EQ(Count(*Open()), 1);
}

TEST_F(DatabaseTest, ReadersCannotWrite) {
  const auto database = Open();
  ASSERT_TRUE(MakeTable(*database));
  EXPECT_FALSE(database->Query("INSERT INTO things (id) VALUES (1)"));
  EXPECT_EQ(Count(*database), 0);
}

TEST_F(DatabaseTest, ConstraintsHaveTheirCodes) {
  const auto database = Open();
  ASSERT_TRUE(MakeTable(*database));
  ASSERT_TRUE(Insert(*database, 1, 1.0));
  EXPECT_EQ(Insert(*database, 1, 1.0).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(Insert(*database, 2, 1.0, std::string("bad")).error().code,
            ErrorCode::kFailedPrecondition);
  const Status orphan = database->Write([](Transaction& transaction) {
    return transaction.Execute(
        "INSERT INTO idempotency_keys (key, request_sha256, decision_id, created_at) "
        "VALUES ('k', 's', 'nowhere', 't')");
  });
  EXPECT_EQ(orphan.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(DatabaseTest, TwoProcessesCountTogether) {
  // Two Database objects on one file share nothing but the file, as two processes do.
  const auto first = Open(), second = Open();
  ASSERT_TRUE(first->Write([](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute("CREATE TABLE counter (n BIGINT)"));
    return transaction.Execute("INSERT INTO counter VALUES (0)");
  }));
  constexpr int kThreads = 4, kIncrements = 25;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, database = i % 2 == 0 ? first.get() : second.get()] {
        for (int k = 0; k < kIncrements; ++k) {
          const Status status = database->Write([](Transaction& transaction) -> Status {
            const auto rows = FAIRLINE_TRY(transaction.Query("SELECT n FROM counter"));
            const int64_t next = std::get<int64_t>(rows[0][0]) + 1;
            return transaction.Execute("UPDATE counter SET n = $1", {next});
          });
          if (!status || !database->Query("SELECT n FROM counter")) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ((*second->Query("SELECT n FROM counter"))[0][0], Value(int64_t{100}));
}

TEST_F(DatabaseTest, ManyMayStartAtOnce) {
  for (int round = 0; round < 5; ++round) {
    const auto file = folder_.path() / fmt::format("start{}", round) / "fairline.db";
    std::atomic<int> failures = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
          if (const auto database = OpenSqlite(file); !database) ++failures;
        });
      }
    }
    EXPECT_EQ(failures, 0);
    const auto rows = (*OpenSqlite(file))->Query("SELECT version FROM schema_migrations");
    EXPECT_EQ(rows->size(), 1);
  }
}

TEST_F(DatabaseTest, RefusesANewerSchema) {
  ASSERT_TRUE(Open()->Write([](Transaction& transaction) {
    return transaction.Execute("INSERT INTO schema_migrations VALUES (9999, 'later')");
  }));
  const auto database = OpenSqlite(file_);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(database.error().message, HasSubstr("written by a newer fairline"));
}

TEST_F(DatabaseTest, RefusesADamagedFile) {
  std::filesystem::create_directories(file_.parent_path());
  std::ofstream(file_) << std::string(8192, 'x');
  const auto database = OpenSqlite(file_);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(database.error().message, HasSubstr("fairline.db"));
}

TEST_F(DatabaseTest, SaysWhenTheFolderCannotBeWritten) {
  const auto a_file = folder_.path() / "file";
  std::ofstream(a_file) << "not a folder";
  EXPECT_FALSE(OpenSqlite(a_file / "fairline.db"));
  const auto at_a_folder = OpenSqlite(folder_.path());
  ASSERT_FALSE(at_a_folder);
  EXPECT_EQ(at_a_folder.error().code, ErrorCode::kUnavailable);
}

TEST_F(DatabaseTest, AFullDiskIsNamedAndPasses) {
  const auto database = Open();
  ASSERT_TRUE(MakeTable(*database));
  const auto limit_pages = [&](std::string_view pragma) {
    return database->Write([&](Transaction& transaction) { return transaction.Execute(pragma); });
  };
  ASSERT_TRUE(limit_pages("PRAGMA max_page_count = 1"));  // becomes: as large as it is now
  const std::string large(100'000, 'x');
  const Status full = Insert(*database, 1, 1.0, large);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(full.error().message, HasSubstr("the disk is full"));
  EXPECT_EQ(Count(*database), 0);
  ASSERT_TRUE(limit_pages("PRAGMA max_page_count = 100000"));
  EXPECT_TRUE(Insert(*database, 1, 1.0, large));
}

TEST_F(DatabaseTest, MoreThreadsThanReadersTakeTurns) {
  const auto database = Open();
  std::atomic<int> answers = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 20; ++k) answers += database->Query("SELECT 1").has_value();
      });
    }
  }
  EXPECT_EQ(answers, 320);
}

}  // namespace
}  // namespace fairline
