// Threads for requests that wait for the database, so that no event loop waits with them. Their
// queue is bounded.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fairline {

class Workers {
 public:
  explicit Workers(int threads);
  /// Does what is queued, then ends.
  ~Workers();

  /// Runs `work` on one of the threads; false, and nothing is queued, when too much waits already.
  bool Submit(std::move_only_function<void()> work);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace fairline
