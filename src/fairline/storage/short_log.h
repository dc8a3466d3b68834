// A SQLite database for tests whose log starts over every few transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "fairline/storage/database.h"
#include "fairline/storage/sqlite_checkpointer.h"
#include "fairline/storage/sqlite_connection.h"

namespace fairline {

// A transaction of one connection that is not SqliteDatabase's.
class PlainTransaction : public Transaction {
 public:
  explicit PlainTransaction(SqliteConnection& connection) : connection_(connection) {}
  Status Execute(std::string_view sql, const std::vector<Value>& parameters) override {
    FAIRLINE_TRY(Query(sql, parameters));
    return {};
  }
  Status ExecuteMany(std::string_view sql, std::span<const std::vector<Value>> rows) override {
    return connection_.RunMany(sql, rows);
  }
  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    return connection_.Run(sql, parameters);
  }

 private:
  SqliteConnection& connection_;
};

// The writer and checkpointer of SqliteDatabase, with a log that starts over every few
// transactions.
class ShortLog : public Database {
 public:
  static inline int64_t starts_over = 0;  // in all lives

  static Result<std::unique_ptr<Database>> Open(const SqliteFile& file) {
    auto writer = FAIRLINE_TRY(SqliteConnection::Open(file, SqliteConnection::Access::kWrite));
    auto copier = FAIRLINE_TRY(SqliteConnection::Open(file, SqliteConnection::Access::kRead));
    return std::make_unique<ShortLog>(std::move(writer), std::move(copier));
  }
  ShortLog(std::unique_ptr<SqliteConnection> writer, std::unique_ptr<SqliteConnection> copier)
      : writer_(std::move(writer)), checkpointer_(std::move(copier), mutex_, nullptr, kSizes) {
    writer_->OnCommit([this](int64_t log_bytes) {
      if (log_bytes < log_bytes_) ++starts_over;
      log_bytes_ = log_bytes;
      checkpointer_.LogGrew(log_bytes);
    });
  }
  ~ShortLog() override {
    checkpointer_.Stop();
    if (checkpointer_.sync_failed()) writer_->KeepLogOnClose();
  }

  DatabaseKind kind() const override { return DatabaseKind::kSqlite; }
  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    const std::lock_guard lock(mutex_);
    return writer_->Run(sql, parameters);
  }
  Status Write(const std::function<Status(Transaction&)>& work, Turn) override {
    FAIRLINE_TRY(checkpointer_.AwaitRoom());
    const std::lock_guard lock(mutex_);
    FAIRLINE_TRY(writer_->Run("BEGIN IMMEDIATE"));
    PlainTransaction transaction(*writer_);
    Status status = work(transaction);
    if (status) status = transaction.Execute("COMMIT", {});
    if (!status && writer_->InTransaction()) static_cast<void>(writer_->Run("ROLLBACK"));
    return status;
  }

 private:
  static constexpr SqliteLogSizes kSizes = {.pass = 20'000,
                                            .hand_over = 60'000,
                                            .little = 10'000,
                                            .most = 30'000,
                                            .full = 100'000,
                                            .refuse = 8'000'000};
  std::mutex mutex_;
  std::unique_ptr<SqliteConnection> writer_;
  int64_t log_bytes_ = 0;
  SqliteCheckpointer checkpointer_;
};

}  // namespace fairline
