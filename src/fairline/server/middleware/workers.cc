// One queue for all threads.
#include "fairline/server/middleware/workers.h"

namespace fairline {
namespace {

constexpr size_t kQueued = 256;

}  // namespace

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  wake_.notify_all();
}

bool Workers::Submit(std::move_only_function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= kQueued) return false;
  queue_.push_back(std::move(work));
  wake_.notify_one();
  return true;
}

void Workers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what it holds may end a request, which nobody should wait for
    lock.lock();
  }
}

}  // namespace fairline
