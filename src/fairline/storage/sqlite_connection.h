// One SQLite connection with its prepared statements. Used by one thread at a time.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"
#include "fairline/storage/sqlite_database.h"

namespace fairline {

class SqliteConnection {
 public:
  enum class Access { kRead, kWrite };

  /// Opens the file, which a writing connection creates when it is absent, and sets the durability
  /// and waiting rules of every connection. What a writing one finds in the log of a program that
  /// ended without closing is durable when this returns. kUnavailable when the file cannot be
  /// opened or written.
  static Result<std::unique_ptr<SqliteConnection>> Open(const SqliteFile& file, Access access);

  /// Runs one statement to its end and returns its rows. Statements are prepared once and kept.
  Result<std::vector<Row>> Run(std::string_view sql, const std::vector<Value>& parameters = {});
  /// The same statement once per element; its rows are dropped.
  Status RunMany(std::string_view sql, std::span<const std::vector<Value>> rows);

  /// Called after every commit of this connection with the length of the write-ahead log.
  void OnCommit(std::function<void(int64_t log_bytes)> told);

  /// What is in the write-ahead log, and what of it is in the database file too.
  struct LogState {
    int64_t bytes = 0;
    int64_t copied_bytes = 0;
    bool starts_over = false;  // the next commit writes at the beginning of the log
  };
  /// True once the file could not be synced. What was copied by then may be lost, though SQLite
  /// takes it for copied: the log must be kept until the database is opened anew, which copies all
  /// of it.
  bool sync_failed() const { return sync_failed_; }
  /// Closing shall neither copy nor delete the log. Only the last connection of all does so at all.
  void KeepLogOnClose();
  /// Copies pages from the log into the file and syncs it, as far as readers of older snapshots
  /// allow. Waits for nobody.
  Result<LogState> CopyLog();
  /// Copies all that is left. Keeps writers out, and waits `reader_ms` for those who read older
  /// snapshots; `starts_over` is false when they went on.
  Result<LogState> StartLogOver(int reader_ms) {
    return Checkpoint(SQLITE_CHECKPOINT_RESTART, reader_ms);
  }
  /// The same, and nothing stays in the log's file.
  Result<LogState> EmptyLog(int reader_ms) {
    return Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, reader_ms);
  }

  /// True between BEGIN and COMMIT or ROLLBACK; SQLite itself rolls back after some failures.
  bool InTransaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

 private:
  struct CloseHandle {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Handle = std::unique_ptr<sqlite3, CloseHandle>;
  struct Statement {
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> handle;
    std::vector<size_t> numbers;  // of the parameters, in SQLite's order
  };

  explicit SqliteConnection(Handle handle) : handle_(std::move(handle)) {}
  Status Configure(Access access);
  Result<const Statement*> Prepare(std::string_view sql);
  Status Bind(const Statement& statement, const std::vector<Value>& parameters);
  Status WriteLogAgain();
  Result<LogState> Checkpoint(int mode, int reader_ms);
  std::unexpected<Error> SyncFailure(int code);
  std::unexpected<Error> Failure(int code) const;

  Handle handle_;  // declared first: closed after the statements are finalized
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
  std::function<void(int64_t)> told_;
  int64_t page_bytes_ = 0;
  bool sync_failed_ = false;
};

}  // namespace fairline
