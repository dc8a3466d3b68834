// What is SQLite's alone: a file that is damaged, cannot be written or has no room, and a log that
// stays short whoever reads.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "fairline/storage/database.h"
#include "fairline/storage/sqlite_checkpointer.h"
#include "fairline/storage/sqlite_connection.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using Access = SqliteConnection::Access;

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "data" / "fairline.db";
};

TEST_F(SqliteDatabaseTest, RefusesADamagedFile) {
  std::filesystem::create_directories(file_.parent_path());
  std::ofstream(file_) << std::string(8192, 'x');
  const auto database = OpenSqlite(file_);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(database.error().message, HasSubstr("fairline.db"));
}

TEST_F(SqliteDatabaseTest, SaysWhenTheFolderCannotBeWritten) {
  const auto a_file = folder_.path() / "file";
  std::ofstream(a_file) << "not a folder";
  EXPECT_FALSE(OpenSqlite(a_file / "fairline.db"));
  const auto at_a_folder = OpenSqlite(folder_.path());
  ASSERT_FALSE(at_a_folder);
  EXPECT_EQ(at_a_folder.error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteDatabaseTest, AFullDiskIsNamedAndPasses) {
  const auto database = *OpenSqlite(file_);
  const auto run = [&](std::string_view sql, const std::vector<Value>& parameters = {}) {
    return database->Write(
        [&](Transaction& transaction) { return transaction.Execute(sql, parameters); });
  };
  ASSERT_TRUE(run("CREATE TABLE things (text TEXT)"));
  ASSERT_TRUE(run("PRAGMA max_page_count = 1"));  // becomes: as large as it is now
  const std::string large(100'000, 'x');
  const Status full = run("INSERT INTO things VALUES ($1)", {large});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(full.error().message, HasSubstr("the disk is full"));
  ASSERT_TRUE(run("PRAGMA max_page_count = 100000"));
  EXPECT_TRUE(run("INSERT INTO things VALUES ($1)", {large}));
}

TEST_F(SqliteDatabaseTest, TheUrlChoosesTheFileSystemLayer) {
  EXPECT_TRUE(OpenDatabase(fmt::format("sqlite://{}?vfs=unix-excl", file_.string())));
  EXPECT_FALSE(OpenDatabase(fmt::format("sqlite://{}?vfs=nonesuch", file_.string())));
}

TEST_F(SqliteDatabaseTest, WhatIsDeletedIsNotInTheFile) {
  const std::string secret = "the maiden name of the mother";
  {
    const auto database = *OpenSqlite(file_);
    for (const std::string& sql : {std::string("CREATE TABLE things (text TEXT)"),
                                   fmt::format("INSERT INTO things VALUES ('{}'), ('{}')", secret,
                                               std::string(9000, 'y') + secret),
                                   std::string("DELETE FROM things")}) {
      ASSERT_TRUE(
          database->Write([&](Transaction& transaction) { return transaction.Execute(sql); }));
    }
  }
  std::ifstream stream(file_, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_EQ(bytes.find(secret), std::string::npos);
}

// SQLite's file system layer with a database file that can refuse to be synced.
class FailingSync {
 public:
  static constexpr const char* kVfs = "failing-sync";
  static inline std::atomic<bool> fails = false;

  static void Register() {
    static sqlite3_vfs layer = *sqlite3_vfs_find(nullptr);
    layer.zName = kVfs;
    layer.xOpen = Open;
    sqlite3_vfs_register(&layer, 0);
  }

 private:
  static inline sqlite3_io_methods methods_, usual_;

  static int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
    sqlite3_vfs* usual = sqlite3_vfs_find(nullptr);
    const int code = usual->xOpen(usual, name, file, flags, given);
    if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
    methods_ = usual_ = *file->pMethods;
    methods_.xSync = [](sqlite3_file* synced, int sync_flags) {
      return fails ? SQLITE_IOERR_FSYNC : usual_.xSync(synced, sync_flags);
    };
    file->pMethods = &methods_;
    return code;
  }
};

// A writer as SqliteDatabase has it, on a log whose limits a test reaches at once.
class SqliteLogTest : public ::testing::Test {
 protected:
  static constexpr SqliteLogSizes kSizes = {.pass = 100'000,
                                            .hand_over = 500'000,
                                            .little = 20'000,
                                            .most = 100'000,
                                            .full = 1'000'000,
                                            .refuse = 4'000'000};

  void SetUp() override {
    FailingSync::Register();
    writer_ = *SqliteConnection::Open(file_, Access::kWrite);
    ASSERT_TRUE(writer_->Run("CREATE TABLE things (text TEXT)"));
    checkpointer_ = std::make_unique<SqliteCheckpointer>(
        *SqliteConnection::Open(file_, Access::kRead), mutex_, &metrics_, kSizes);
    writer_->OnCommit([this](int64_t bytes) {
      log_bytes_ = bytes;
      checkpointer_->LogGrew(bytes);
    });
  }
  void TearDown() override { checkpointer_.reset(); }

  Status Write() {
    FAIRLINE_TRY(checkpointer_->AwaitRoom());
    const std::lock_guard lock(mutex_);
    FAIRLINE_TRY(writer_->Run("INSERT INTO things VALUES ($1)", {std::string(20'000, 'x')}));
    return {};
  }

  TemporaryFolder folder_;
  const SqliteFile file_ = {.path = folder_.path() / "fairline.db", .vfs = FailingSync::kVfs};
  std::unique_ptr<SqliteConnection> writer_;
  int64_t log_bytes_ = 0;
  Metrics metrics_;
  std::mutex mutex_;
  std::unique_ptr<SqliteCheckpointer> checkpointer_;
};

TEST_F(SqliteLogTest, StaysShortUnderLoad) {
  for (int i = 0; i < 500; ++i) {  // 10 times the limit
    ASSERT_TRUE(Write());
    ASSERT_LT(log_bytes_, kSizes.full + 100'000);
  }
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_wal_handover_seconds_count"));
  const auto rows = writer_->Run("SELECT COUNT(*) FROM things");
  EXPECT_EQ((*rows)[0][0], Value(int64_t{500}));
}

TEST_F(SqliteLogTest, GrowsForAReaderAndIsShortAfterIt) {
  const auto reader = *SqliteConnection::Open(file_, Access::kRead);
  ASSERT_TRUE(Write());
  ASSERT_TRUE(reader->Run("BEGIN"));
  ASSERT_TRUE(reader->Run("SELECT COUNT(*) FROM things"));
  while (log_bytes_ < kSizes.full * 2) ASSERT_TRUE(Write());
  EXPECT_EQ((*reader->Run("SELECT COUNT(*) FROM things"))[0][0], Value(int64_t{1}));
  ASSERT_TRUE(reader->Run("COMMIT"));
  // Not at once: the log is looked at again from time to time.
  while (log_bytes_ >= kSizes.full) {
    ASSERT_TRUE(Write());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

TEST_F(SqliteLogTest, RefusesToGrowWithoutEnd) {
  const auto reader = *SqliteConnection::Open(file_, Access::kRead);
  ASSERT_TRUE(Write());
  ASSERT_TRUE(reader->Run("BEGIN"));
  ASSERT_TRUE(reader->Run("SELECT COUNT(*) FROM things"));
  Status status;
  while (status) status = Write();
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(status.error().message, HasSubstr("log is full"));
  EXPECT_LT(log_bytes_, kSizes.refuse + 100'000);
  ASSERT_TRUE(reader->Run("COMMIT"));
  while (!Write()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

TEST_F(SqliteLogTest, IsKeptWhenTheFileCouldNotBeSynced) {
  FailingSync::fails = true;
  Status status;
  int64_t written = 0;
  for (; status; ++written) status = Write();
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  FailingSync::fails = false;  // which proves nothing about what was copied before
  EXPECT_FALSE(Write());
  checkpointer_->Stop();
  EXPECT_TRUE(checkpointer_->sync_failed());
  writer_->KeepLogOnClose();
  checkpointer_.reset();
  writer_.reset();
  EXPECT_GE(std::filesystem::file_size(folder_.path() / "fairline.db-wal"), kSizes.refuse);
  writer_ = *SqliteConnection::Open(file_, Access::kWrite);
  EXPECT_EQ((*writer_->Run("SELECT COUNT(*) FROM things"))[0][0], Value(written - 1));
}

}  // namespace
}  // namespace fairline
