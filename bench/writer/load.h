// Callers of the DecisionWriter: as many decisions a second as the rate says, or as fast as it
// takes them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "fairline/core/ids.h"
#include "fairline/decisioning/decision_writer.h"
#include "writer/latencies.h"

namespace fairline::bench {

/// What became of the decisions submitted since the last account.
struct Account {
  int64_t stored = 0, refused = 0;
  Latencies durable;  // from Submit to the answer after the commit

  void Add(const Account& other) {
    stored += other.stored;
    refused += other.refused;
    durable.Add(other.durable);
  }
};

class Load {
 public:
  /// Starts. A rate of 0 means without a limit: then callers wait while half of the writer's queue
  /// is taken, so that it is never empty and refuses nobody.
  Load(double rate, DecisionWriter& writer, IdGenerator& ids,
       const std::vector<DecisionRecord>& decisions);
  /// Ends as Stop does.
  ~Load() { Stop(); }

  /// Submits no more and waits for the answers that are due.
  void Stop();
  Account TakeAccount();

 private:
  using SteadyClock = std::chrono::steady_clock;

  void Produce(const std::stop_token& stop, size_t producer);
  void Submit(size_t number);
  void FreeAnAnswer();
  int64_t waiting() const { return submitted_ - answered_; }

  const double rate_;
  DecisionWriter& writer_;
  IdGenerator& ids_;
  const std::vector<DecisionRecord>& decisions_;
  const SteadyClock::time_point begin_ = SteadyClock::now();
  std::atomic<int64_t> submitted_ = 0, answered_ = 0;
  std::mutex mutex_;
  Account account_;
  std::vector<Committed> answers_;  // freed by the producers: the writer's thread has no such work
  std::vector<std::jthread> producers_;
};

}  // namespace fairline::bench
