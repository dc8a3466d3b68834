// The connections of one kind that a process keeps open to PostgreSQL.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fairline/core/metrics.h"
#include "fairline/core/random.h"
#include "fairline/core/result.h"
#include "fairline/storage/postgres_connection.h"

namespace fairline {

class PostgresPool {
 public:
  using Access = PostgresConnection::Access;

  PostgresPool(std::string url, Access access, size_t size, Metrics* metrics);

  /// A connection that goes back when it is let go, unless it was lost.
  class Lease {
   public:
    Lease(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_ != nullptr) pool_->GiveBack(std::move(connection_));
    }
    PostgresConnection& operator*() const { return *connection_; }
    PostgresConnection* operator->() const { return connection_.get(); }

   private:
    PostgresPool* pool_;
    std::unique_ptr<PostgresConnection> connection_;
  };

  /// kUnavailable when none can be had. After a failure to connect the next attempts are apart,
  /// more and more and by chance, so that many processes do not all come at once to a server that
  /// starts.
  Result<Lease> Take();

 private:
  using SteadyClock = std::chrono::steady_clock;

  void GiveBack(std::unique_ptr<PostgresConnection> connection);
  Result<std::unique_ptr<PostgresConnection>> Connect();
  /// A living idle connection, if any. The caller holds the mutex.
  std::unique_ptr<PostgresConnection> TakeIdle();
  void RememberFailure(const Error& error);
  void CountOpen(size_t open);

  const std::string url_;
  const Access access_;
  const size_t size_;
  prometheus::Gauge* open_gauge_ = nullptr;
  prometheus::Counter* failures_ = nullptr;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
  size_t open_ = 0;
  Random random_;
  std::chrono::milliseconds pause_{0};  // zero: the last attempt to connect succeeded
  SteadyClock::time_point next_attempt_;
  Error last_failure_;
};

}  // namespace fairline
