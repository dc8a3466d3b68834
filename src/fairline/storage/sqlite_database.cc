// The Database over one SQLite file: one writing connection that callers take in turn and a few
// reading ones, which see the last commit and never wait for the writer (write-ahead log).
#include "fairline/storage/sqlite_database.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "fairline/core/file.h"
#include "fairline/storage/first_failure.h"
#include "fairline/storage/migrations.h"
#include "fairline/storage/sqlite_checkpointer.h"
#include "fairline/storage/sqlite_connection.h"

namespace fairline {
namespace {

using ConnectionPtr = std::unique_ptr<SqliteConnection>;

constexpr size_t kReaders = 4;
constexpr auto kOpenPatience = std::chrono::seconds(10);
constexpr auto kOpenPause = std::chrono::milliseconds(10);
constexpr auto kPurgePatience = std::chrono::seconds(10);
constexpr auto kPurgePause = std::chrono::milliseconds(50);
constexpr int kPurgeReaderMillis = 20;

class SqliteTransaction : public Transaction {
 public:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(connection) {}

  Status Execute(std::string_view sql, const std::vector<Value>& parameters) override {
    FAIRLINE_TRY(Query(sql, parameters));
    return {};
  }
  Status ExecuteMany(std::string_view sql, std::span<const std::vector<Value>> rows) override {
    FAIRLINE_TRY(failure_.Check());
    return failure_.Keep(connection_.RunMany(sql, rows));
  }
  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    FAIRLINE_TRY(failure_.Check());
    return failure_.Keep(connection_.Run(sql, parameters));
  }
  Status Commit() {
    FAIRLINE_TRY(Query("COMMIT", {}));
    return {};
  }

 private:
  SqliteConnection& connection_;
  FirstFailure failure_;
};

// Ends a transaction that was not committed, whatever the reason. SQLite has already done so itself
// after some failures.
class RollbackGuard {
 public:
  explicit RollbackGuard(SqliteConnection& connection) : connection_(connection) {}
  ~RollbackGuard() {
    if (connection_.InTransaction()) static_cast<void>(connection_.Run("ROLLBACK"));
  }

 private:
  SqliteConnection& connection_;
};

// The write lock is taken at once: a transaction that read first and wrote later could find its
// snapshot overtaken by another process.
Status WriteOn(SqliteConnection& connection, const std::function<Status(Transaction&)>& work) {
  FAIRLINE_TRY(connection.Run("BEGIN IMMEDIATE"));
  const RollbackGuard guard(connection);
  SqliteTransaction transaction(connection);
  FAIRLINE_TRY(work(transaction));
  return transaction.Commit();
}

class SqliteDatabase : public Database {
 public:
  SqliteDatabase(SqliteFile file, ConnectionPtr writer, ConnectionPtr copier, Metrics* metrics)
      : file_(std::move(file)),
        writer_(std::move(writer)),
        checkpointer_(std::move(copier), writer_mutex_, metrics, file_.log) {
    writer_->OnCommit([this](int64_t log_bytes) { checkpointer_.LogGrew(log_bytes); });
  }
  ~SqliteDatabase() override {
    checkpointer_.Stop();
    if (checkpointer_.sync_failed() || writer_->sync_failed()) writer_->KeepLogOnClose();
  }

  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    ConnectionPtr reader = FAIRLINE_TRY(TakeReader());
    auto rows = reader->Run(sql, parameters);
    GiveBack(std::move(reader));
    return rows;
  }

  DatabaseKind kind() const override { return DatabaseKind::kSqlite; }

  Status Write(const std::function<Status(Transaction&)>& work, Turn) override {
    FAIRLINE_TRY(checkpointer_.AwaitRoom());
    const std::lock_guard turn(writer_mutex_);
    return WriteOn(*writer_, work);
  }

  // Writing goes on between the attempts.
  Status PurgeDeleted(std::span<const std::string_view>) override {
    const auto deadline = std::chrono::steady_clock::now() + kPurgePatience;
    while (std::chrono::steady_clock::now() < deadline) {
      {
        const std::lock_guard turn(writer_mutex_);
        if (FAIRLINE_TRY(writer_->EmptyLog(kPurgeReaderMillis)).starts_over) return {};
      }
      std::this_thread::sleep_for(kPurgePause);
    }
    return Fail(ErrorCode::kUnavailable,
                "another program has been reading the database for too long: what was deleted is "
                "still in its log");
  }

 private:
  Result<ConnectionPtr> TakeReader() {
    {
      std::unique_lock lock(readers_mutex_);
      reader_back_.wait(lock, [this] { return !idle_.empty() || opened_ < kReaders; });
      if (!idle_.empty()) {
        ConnectionPtr reader = std::move(idle_.back());
        idle_.pop_back();
        return reader;
      }
      ++opened_;
    }
    auto reader = SqliteConnection::Open(file_, SqliteConnection::Access::kRead);
    if (!reader) {
      const std::lock_guard lock(readers_mutex_);
      --opened_;
      reader_back_.notify_one();
    }
    return reader;
  }

  void GiveBack(ConnectionPtr reader) {
    const std::lock_guard lock(readers_mutex_);
    idle_.push_back(std::move(reader));
    reader_back_.notify_one();
  }

  const SqliteFile file_;
  std::mutex writer_mutex_;
  ConnectionPtr writer_;

  std::mutex readers_mutex_;
  std::condition_variable reader_back_;
  std::vector<ConnectionPtr> idle_;
  size_t opened_ = 0;

  SqliteCheckpointer checkpointer_;  // last: its thread ends while the writer is still there
};

bool IsBusy(const Error& error) { return error.detail.starts_with("SQLite 5:"); }

// Turning on the write-ahead log of a new file needs it alone, and SQLite answers "busy" there
// without waiting: processes that start together try again.
Result<ConnectionPtr> OpenWriter(const SqliteFile& file) {
  const auto deadline = std::chrono::steady_clock::now() + kOpenPatience;
  auto writer = SqliteConnection::Open(file, SqliteConnection::Access::kWrite);
  while (!writer && IsBusy(writer.error()) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kOpenPause);
    writer = SqliteConnection::Open(file, SqliteConnection::Access::kWrite);
  }
  return writer;
}

Result<std::unique_ptr<Database>> Open(const SqliteFile& file, Metrics* metrics) {
  auto writer = FAIRLINE_TRY(OpenWriter(file));
  auto copier = FAIRLINE_TRY(SqliteConnection::Open(file, SqliteConnection::Access::kRead));
  auto database =
      std::make_unique<SqliteDatabase>(file, std::move(writer), std::move(copier), metrics);
  FAIRLINE_TRY(BringUpToDate(*database));
  return database;
}

}  // namespace

Result<std::unique_ptr<Database>> OpenSqlite(const SqliteFile& file, Metrics* metrics) {
  if (file.path.has_parent_path()) FAIRLINE_TRY(MakeFolders(file.path.parent_path()));
  auto database = Open(file, metrics);
  if (!database) {
    database.error().message = fmt::format("{}: {}", file.path.string(), database.error().message);
  }
  return database;
}

}  // namespace fairline
