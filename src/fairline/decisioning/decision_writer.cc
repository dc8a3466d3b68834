// The queue and the thread of the group commit. Callers encode their own rows, so the one writer
// does nothing but feed the database. It never waits for a batch to fill: a batch is what arrived
// while the last one was being committed.
#include "fairline/decisioning/decision_writer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fairline/core/limits.h"
#include "fairline/core/log.h"
#include "fairline/decisioning/batch_commit.h"
#include "fairline/decisioning/decision_store.h"

namespace fairline {
namespace {

using PendingPtr = std::unique_ptr<PendingDecision>;
using Batch = std::vector<PendingPtr>;

constexpr auto kProbePeriod = std::chrono::milliseconds(250);
// A race with another process is over when the other has committed: the next try finds its rows.
constexpr int kRaceTries = 5;

std::vector<double> BatchBounds() {
  std::vector<double> bounds;
  for (size_t size = 1; size <= limits::kCommitBatch; size *= 2) {
    bounds.push_back(static_cast<double>(size));
  }
  return bounds;
}

Error QueueFull() {
  return {
      ErrorCode::kUnavailable, "too many decisions are waiting to be stored: try again", {}, {}};
}

Error DatabaseGone() {
  return {ErrorCode::kUnavailable,
          "decisions cannot be stored at the moment, so none is made: try again",
          {},
          {}};
}

Error InFlight() {
  return {ErrorCode::kConflict,
          "the first request with this Idempotency-Key is still being stored: try again",
          {},
          {}};
}

// A row the database refused is our fault: the caller's input was checked long before.
Error ForCaller(const Error& error) {
  if (!IsRefusedRow(error)) return error;
  return {ErrorCode::kInternal, "the decision could not be stored", error.detail, {}};
}

}  // namespace

struct DecisionWriter::State {
  State(Database& database, Vault& vault, IdGenerator& ids, Metrics& metrics);

  /// Why nothing can be queued now, if so.
  std::optional<Error> Refusal() const;
  std::optional<Error> RefusalNow() {
    const std::lock_guard lock(mutex);
    return Refusal();
  }
  /// Why the submission is refused at once, or nothing when it was queued. `spent_one` becomes an
  /// earlier one to free, if there is any.
  std::optional<Error> Enqueue(PendingPtr& pending, PendingPtr& spent_one);

  /// The thread: until stopping and nothing is queued.
  void Run();
  /// What is queued, up to one commit. Empty: time to probe. Nothing: time to stop.
  std::optional<Batch> NextBatch();
  void Commit(Batch batch);
  void CommitOneByOne(Batch& batch, std::vector<Status>& statuses);
  /// What waits behind a commit that found no database would only wait for the same answer.
  void RefuseQueued(const Error& why);
  void Observe(const Batch& batch, const std::vector<Status>& statuses, int64_t micros);
  void SetHealthy(const Status& status);
  void LandKeys(const Batch& batch);
  void Answer(PendingDecision& pending, const Status& status);
  void Retire(Batch batch);

  Database& database;
  Vault& vault;
  IdGenerator& ids;
  BatchCommit commit;
  prometheus::Counter& committed;
  prometheus::Histogram& batch_sizes;
  prometheus::Histogram& durations;
  prometheus::Gauge& waiting;

  std::atomic<bool> healthy = true;
  std::mutex mutex;
  std::condition_variable arrived;
  std::deque<PendingPtr> queue;
  std::unordered_map<std::string, std::string> in_flight;  // key -> request_sha256
  // Answered. To free what other threads allocated takes long, so that those who submit do it; when
  // nobody does, the thread has the time.
  std::vector<PendingPtr> spent;
  bool stopping = false;
  std::thread thread;
};

DecisionWriter::State::State(Database& database, Vault& vault, IdGenerator& ids, Metrics& metrics)
    : database(database),
      vault(vault),
      ids(ids),
      commit(database, vault),
      committed(metrics.Counter("fairline_decisions_committed_total", "Decisions stored durably.")),
      batch_sizes(metrics.Histogram("fairline_commit_batch_decisions", "Decisions in one commit.",
                                    BatchBounds())),
      durations(metrics.Histogram("fairline_commit_duration_seconds",
                                  "Time of one commit, from its first statement to the disk.",
                                  LatencyBounds())),
      waiting(metrics.Gauge("fairline_writer_queue_decisions", "Decisions waiting to be stored.")) {
}

// With the lock held.
std::optional<Error> DecisionWriter::State::Refusal() const {
  if (!healthy) return DatabaseGone();
  if (queue.size() >= limits::kWriterQueue) return QueueFull();
  return std::nullopt;
}

std::optional<Error> DecisionWriter::State::Enqueue(PendingPtr& pending, PendingPtr& spent_one) {
  const std::lock_guard lock(mutex);
  if (!spent.empty()) {
    spent_one = std::move(spent.back());
    spent.pop_back();
  }
  if (auto refusal = Refusal()) return refusal;
  if (pending->key) {
    const auto& [key, request] = *pending->key;
    const auto [known, added] = in_flight.emplace(key, request);
    if (!added) return known->second == request ? InFlight() : IdempotencyKeyReused();
  }
  queue.push_back(std::move(pending));
  waiting.Set(static_cast<double>(queue.size()));
  arrived.notify_one();
  return std::nullopt;
}

void DecisionWriter::State::Run() {
  while (auto batch = NextBatch()) {
    if (batch->empty()) {
      SetHealthy(ProbeWrite(database));
    } else {
      Commit(*std::move(batch));
    }
  }
}

std::optional<Batch> DecisionWriter::State::NextBatch() {
  std::unique_lock lock(mutex);
  const auto ready = [this] { return !queue.empty() || stopping; };
  if (!ready()) {
    std::vector<PendingPtr> to_free = std::exchange(spent, {});
    lock.unlock();
    to_free.clear();
    lock.lock();
  }
  if (healthy) {
    arrived.wait(lock, ready);
  } else {
    arrived.wait_for(lock, kProbePeriod, ready);
  }
  if (queue.empty() && stopping) return std::nullopt;
  const auto end =
      queue.begin() + static_cast<ptrdiff_t>(std::min(queue.size(), limits::kCommitBatch));
  Batch batch(std::make_move_iterator(queue.begin()), std::make_move_iterator(end));
  queue.erase(queue.begin(), end);
  waiting.Set(static_cast<double>(queue.size()));
  return batch;
}

void DecisionWriter::State::Commit(Batch batch) {
  const int64_t start = SystemClock().MonotonicMicros();
  const Status whole = commit.Store(batch);
  std::vector<Status> statuses(batch.size(), whole);
  if (!whole && IsRefusedRow(whole.error())) CommitOneByOne(batch, statuses);
  Observe(batch, statuses, SystemClock().MonotonicMicros() - start);
  LandKeys(batch);
  for (size_t i = 0; i < batch.size(); ++i) {
    Answer(*batch[i], statuses[i]);
    batch[i]->done = nullptr;  // what the caller waits with goes now, not when the memory is freed
  }
  Retire(std::move(batch));
  if (!healthy) RefuseQueued(DatabaseGone());
}

void DecisionWriter::State::RefuseQueued(const Error& why) {
  std::deque<PendingPtr> refused;
  {
    const std::lock_guard lock(mutex);
    refused.swap(queue);
    for (const PendingPtr& pending : refused) {
      if (pending->key) in_flight.erase(pending->key->key);
    }
    waiting.Set(0);
  }
  for (const PendingPtr& pending : refused) pending->done(std::unexpected(why));
}

void DecisionWriter::State::CommitOneByOne(Batch& batch, std::vector<Status>& statuses) {
  for (size_t i = 0; i < batch.size(); ++i) {
    for (int tries = 0; tries < kRaceTries; ++tries) {
      statuses[i] = commit.Store(std::span(&batch[i], 1));
      if (statuses[i] || statuses[i].error().code != ErrorCode::kAlreadyExists) break;
    }
  }
}

void DecisionWriter::State::Observe(const Batch& batch, const std::vector<Status>& statuses,
                                    int64_t micros) {
  size_t stored = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    if (statuses[i] && batch[i]->stored()) ++stored;
    SetHealthy(statuses[i]);
  }
  committed.Increment(static_cast<double>(stored));
  batch_sizes.Observe(static_cast<double>(batch.size()));
  durations.Observe(static_cast<double>(micros) * 1e-6);
}

void DecisionWriter::State::SetHealthy(const Status& status) {
  const bool works = status || IsRefusedRow(status.error());
  const bool worked = healthy.exchange(works);
  if (worked && !works) LogError("decisions.store_failed", status.error());
  if (!worked && works) LogInfo("decisions.store_recovered");
}

void DecisionWriter::State::LandKeys(const Batch& batch) {
  const std::lock_guard lock(mutex);
  for (const PendingPtr& pending : batch) {
    if (pending->key) in_flight.erase(pending->key->key);
  }
}

void DecisionWriter::State::Answer(PendingDecision& pending, const Status& status) {
  if (!status) {
    if (IsRefusedRow(status.error())) LogError("decisions.row_refused", status.error());
    return pending.done(std::unexpected(ForCaller(status.error())));
  }
  if (pending.refusal) return pending.done(std::unexpected(*std::move(pending.refusal)));
  if (pending.repeats_decision_id.empty()) {
    return pending.done(Committed{std::move(pending.record), false});
  }
  auto earlier = LoadDecision(database, vault, pending.repeats_decision_id);
  if (!earlier) return pending.done(std::unexpected(std::move(earlier).error()));
  pending.done(Committed{*std::move(earlier), true});
}

void DecisionWriter::State::Retire(Batch batch) {
  const std::lock_guard lock(mutex);
  std::ranges::move(batch, std::back_inserter(spent));
}

DecisionWriter::DecisionWriter(Database& database, Vault& vault, IdGenerator& ids, Metrics& metrics)
    : state_(std::make_unique<State>(database, vault, ids, metrics)) {
  state_->thread = std::thread([state = state_.get()] { state->Run(); });
}

DecisionWriter::~DecisionWriter() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->arrived.notify_one();
  state_->thread.join();
}

void DecisionWriter::Submit(DecisionRecord record, std::optional<IdempotencyKey> key, Done done) {
  // Before the work of encoding it.
  if (auto refusal = state_->RefusalNow()) return done(std::unexpected(*std::move(refusal)));
  auto pending = std::make_unique<PendingDecision>(
      MakePending(std::move(record), std::move(key), std::move(done), state_->ids));
  SealForNewcomer(*pending, state_->vault);
  PendingPtr spent_one;
  if (auto refusal = state_->Enqueue(pending, spent_one)) {
    pending->done(std::unexpected(*std::move(refusal)));
  }
}

bool DecisionWriter::healthy() const { return state_->healthy; }

}  // namespace fairline
