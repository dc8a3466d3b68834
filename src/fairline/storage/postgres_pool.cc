// Attempts to connect are made outside of the lock: callers with a connection never wait for them.
#include "fairline/storage/postgres_pool.h"

#include <algorithm>

#include "fairline/storage/postgres_error.h"

namespace fairline {
namespace {

constexpr auto kTurnPatience = std::chrono::seconds(10);  // as long as for a lock
constexpr auto kFirstPause = std::chrono::milliseconds(50);
constexpr auto kLongestPause = std::chrono::milliseconds(1000);

uint64_t Entropy() {
  uint64_t seed = 0;
  FillWithEntropy(&seed, sizeof seed);
  return seed;
}

}  // namespace

PostgresPool::PostgresPool(std::string url, Access access, size_t size, Metrics* metrics)
    : url_(std::move(url)), access_(access), size_(size), random_(Entropy()) {
  if (metrics == nullptr) return;
  const std::string use = access == Access::kRead ? "read" : "write";
  open_gauge_ = &metrics->Gauge("fairline_database_connections", "Open connections to PostgreSQL.",
                                {{"use", use}});
  failures_ = &metrics->Counter("fairline_database_connection_failures_total",
                                "Connections to PostgreSQL that were lost or could not be opened.",
                                {{"use", use}});
}

Result<PostgresPool::Lease> PostgresPool::Take() {
  std::unique_lock lock(mutex_);
  const auto available = [this] { return !idle_.empty() || open_ < size_; };
  if (!changed_.wait_for(lock, kTurnPatience, available)) {
    return Fail(ErrorCode::kUnavailable, "the database is busy: try again in a moment",
                "PostgreSQL: every connection is in use");
  }
  if (auto idle = TakeIdle()) return Lease(*this, std::move(idle));
  if (pause_.count() > 0 && SteadyClock::now() < next_attempt_) {
    return std::unexpected(last_failure_);
  }
  CountOpen(open_ + 1);
  lock.unlock();
  return Lease(*this, FAIRLINE_TRY(Connect()));
}

std::unique_ptr<PostgresConnection> PostgresPool::TakeIdle() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (!connection->EndedByServer()) return connection;
    CountOpen(open_ - 1);
  }
  return nullptr;
}

Result<std::unique_ptr<PostgresConnection>> PostgresPool::Connect() {
  auto connection = PostgresConnection::Open(url_, access_);
  const std::lock_guard lock(mutex_);
  if (connection) {
    pause_ = {};
  } else {
    CountOpen(open_ - 1);
    RememberFailure(connection.error());
    changed_.notify_one();
  }
  return connection;
}

void PostgresPool::RememberFailure(const Error& error) {
  pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
  const auto share = 0.5 + random_.Uniform() / 2;
  next_attempt_ =
      SteadyClock::now() +
      std::chrono::duration_cast<SteadyClock::duration>(
          std::chrono::duration<double, std::milli>(static_cast<double>(pause_.count()) * share));
  last_failure_ = error;
  if (failures_ != nullptr) failures_->Increment();
}

void PostgresPool::GiveBack(std::unique_ptr<PostgresConnection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection->lost()) {
    // The others have probably died with it, and each would be waited for anew.
    CountOpen(open_ - 1 - idle_.size());
    idle_.clear();
    if (failures_ != nullptr) failures_->Increment();
    changed_.notify_all();
  } else {
    idle_.push_back(std::move(connection));
    changed_.notify_one();
  }
}

void PostgresPool::CountOpen(size_t open) {
  open_ = open;
  if (open_gauge_ != nullptr) open_gauge_->Set(static_cast<double>(open));
}

}  // namespace fairline
