// An open loop: at a rate, a caller does not wait for answers, and one that fell behind catches up.
#include "writer/load.h"

#include "fairline/core/limits.h"
#include "writer/decisions.h"

namespace fairline::bench {
namespace {

constexpr size_t kProducers = 2;
constexpr auto kTick = std::chrono::milliseconds(1);
constexpr auto kShortWait = std::chrono::microseconds(100);
constexpr auto kMostWaiting = static_cast<int64_t>(limits::kWriterQueue / 2);

}  // namespace

Load::Load(double rate, DecisionWriter& writer, IdGenerator& ids,
           const std::vector<DecisionRecord>& decisions)
    : rate_(rate), writer_(writer), ids_(ids), decisions_(decisions) {
  for (size_t i = 0; i < kProducers; ++i) {
    producers_.emplace_back([this, i](const std::stop_token& stop) { Produce(stop, i); });
  }
}

void Load::Stop() {
  producers_.clear();  // asks each to stop and joins it
  while (waiting() > 0) std::this_thread::sleep_for(kTick);
}

Account Load::TakeAccount() {
  const std::lock_guard lock(mutex_);
  return std::exchange(account_, {});
}

void Load::Produce(const std::stop_token& stop, size_t producer) {
  const double rate = rate_ / kProducers;
  for (size_t sent = 0; !stop.stop_requested();) {
    if (rate_ == 0) {
      if (waiting() < kMostWaiting) {
        Submit(sent++ * kProducers + producer);
      } else {
        std::this_thread::sleep_for(kShortWait);
      }
      continue;
    }
    const std::chrono::duration<double> now = SteadyClock::now() - begin_;
    const auto due = static_cast<size_t>(now.count() * rate);
    while (sent < due) Submit(sent++ * kProducers + producer);
    std::this_thread::sleep_for(kTick);
  }
}

void Load::Submit(size_t number) {
  DecisionRecord record = Anew(decisions_[number % decisions_.size()], ids_);
  ++submitted_;
  writer_.Submit(std::move(record), {},
                 [this, at = SteadyClock::now()](Result<Committed> committed) {
                   const std::chrono::duration<double, std::milli> waited = SteadyClock::now() - at;
                   {
                     const std::lock_guard lock(mutex_);
                     if (committed) {
                       ++account_.stored;
                       account_.durable.Add(waited.count());
                       answers_.push_back(*std::move(committed));
                     } else {
                       ++account_.refused;
                     }
                   }
                   ++answered_;
                 });
  FreeAnAnswer();
}

void Load::FreeAnAnswer() {
  std::optional<Committed> answer;  // dies after the lock is gone
  const std::lock_guard lock(mutex_);
  if (answers_.empty()) return;
  answer = std::move(answers_.back());
  answers_.pop_back();
}

}  // namespace fairline::bench
