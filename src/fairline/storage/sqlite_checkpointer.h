// Copies SQLite's write-ahead log into the database file beside the writer, so that no decision
// waits for it. SQLite starts its log over only when all of it is copied and nobody reads older
// snapshots from it; for the last part of that, and only for that, the writer is held.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/storage/sqlite_connection.h"
#include "fairline/storage/sqlite_database.h"

namespace fairline {

class SqliteCheckpointer {
 public:
  /// Whoever holds `writer` is the only one of the process to write. Metrics may be null.
  SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, std::mutex& writer,
                     Metrics* metrics, const SqliteLogSizes& sizes);
  ~SqliteCheckpointer() { Stop(); }

  void Stop();
  /// After Stop: whether the log must outlive the program (SqliteConnection::sync_failed).
  bool sync_failed() const { return connection_->sync_failed(); }

  /// After every commit.
  void LogGrew(int64_t bytes);
  /// Before every write, without the writer's mutex: waits while the log is at its limit and can
  /// shrink. When a reader holds it back the log may grow further, up to four times the limit;
  /// after that kUnavailable.
  Status AwaitRoom();

 private:
  using LogState = SqliteConnection::LogState;

  void Run();
  bool HasWork() const;
  /// Copies, and starts the log over when it is long. False when nothing could be done.
  Result<bool> Shrink();
  Result<bool> HandOver(int64_t log_bytes);
  void Remember(const LogState& state);

  const std::unique_ptr<SqliteConnection> connection_;
  std::mutex& writer_;
  const SqliteLogSizes sizes_;
  prometheus::Gauge* bytes_gauge_ = nullptr;
  prometheus::Histogram* handovers_ = nullptr;

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t bytes_ = 0;         // in the log
  int64_t copied_bytes_ = 0;  // of them in the database file
  bool held_back_ = false;    // by a reader, or by a disk that fails
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fairline
