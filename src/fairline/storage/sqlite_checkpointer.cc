// A pass copies each page once, however often the log holds it, so passes are few and large. Before
// the log starts over they are repeated while each leaves less than half of what the last one left,
// which is what was written during it.
#include "fairline/storage/sqlite_checkpointer.h"

#include <chrono>
#include <limits>

#include "fairline/core/log.h"

namespace fairline {
namespace {

using SteadyClock = std::chrono::steady_clock;

// A reader of an older snapshot prevents the start. The writer is held for a moment in the hope
// that it ends, for longer but less often once the log is full.
constexpr int kReaderMillis = 10;
constexpr int kReaderMillisWhenFull = 250;
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr auto kPauseWhenFull = std::chrono::milliseconds(1000);

}  // namespace

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection,
                                       std::mutex& writer, Metrics* metrics,
                                       const SqliteLogSizes& sizes)
    : connection_(std::move(connection)), writer_(writer), sizes_(sizes) {
  if (metrics != nullptr) {
    bytes_gauge_ = &metrics->Gauge("fairline_wal_bytes", "Length of SQLite's write-ahead log.");
    handovers_ = &metrics->Histogram(
        "fairline_wal_handover_seconds",
        "Time for which writing stood still so that the write-ahead log could start over.",
        LatencyBounds());
  }
  thread_ = std::thread([this] { Run(); });
}

void SqliteCheckpointer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void SqliteCheckpointer::LogGrew(int64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes < bytes_) copied_bytes_ = 0;  // it has started over
  bytes_ = bytes;
  if (bytes_gauge_ != nullptr) bytes_gauge_->Set(static_cast<double>(bytes));
  if (HasWork()) changed_.notify_all();
}

Status SqliteCheckpointer::AwaitRoom() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return bytes_ < sizes_.full || held_back_ || stopping_; });
  if (bytes_ < sizes_.refuse) return {};
  return Fail(
      ErrorCode::kUnavailable,
      "the database's log is full: another program has been reading it for too long, or the "
      "disk fails; end that program or check the disk");
}

bool SqliteCheckpointer::HasWork() const {
  return bytes_ - copied_bytes_ >= sizes_.pass || bytes_ >= sizes_.hand_over;
}

void SqliteCheckpointer::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || HasWork(); });
    if (stopping_) return;
    lock.unlock();
    const Result<bool> shrunk = Shrink();
    lock.lock();
    if (!shrunk && !held_back_) LogError("database.checkpoint_failed", shrunk.error());
    held_back_ = !shrunk || !*shrunk;
    if (held_back_) {
      changed_.notify_all();
      if (connection_->sync_failed()) return;  // the log is now the only sure copy
      changed_.wait_for(lock, bytes_ < sizes_.full ? kPause : kPauseWhenFull,
                        [this] { return stopping_; });
    }
  }
}

Result<bool> SqliteCheckpointer::Shrink() {
  const int64_t copied_before = [this] {
    const std::lock_guard lock(mutex_);
    return copied_bytes_;
  }();
  LogState state;
  int64_t left = std::numeric_limits<int64_t>::max();
  for (bool worth_it = true; worth_it;) {
    state = FAIRLINE_TRY(connection_->CopyLog());
    const int64_t left_before = left;
    left = state.bytes - state.copied_bytes;
    worth_it = state.bytes >= sizes_.hand_over && left > sizes_.little && left < left_before / 2;
  }
  Remember(state);
  const bool moved = state.copied_bytes > copied_before;
  const bool ready = left <= sizes_.little || (moved && left <= sizes_.most);
  return state.bytes >= sizes_.hand_over && ready ? HandOver(state.bytes) : moved;
}

Result<bool> SqliteCheckpointer::HandOver(int64_t log_bytes) {
  const std::lock_guard writer_stands_still(writer_);
  const auto start = SteadyClock::now();
  const LogState state = FAIRLINE_TRY(
      connection_->StartLogOver(log_bytes < sizes_.full ? kReaderMillis : kReaderMillisWhenFull));
  const std::chrono::duration<double> pause = SteadyClock::now() - start;
  if (handovers_ != nullptr) handovers_->Observe(pause.count());
  Remember(state);
  return state.starts_over;
}

void SqliteCheckpointer::Remember(const LogState& state) {
  const std::lock_guard lock(mutex_);
  if (state.starts_over) bytes_ = 0;
  copied_bytes_ = state.starts_over ? 0 : state.copied_bytes;
  changed_.notify_all();
}

}  // namespace fairline
