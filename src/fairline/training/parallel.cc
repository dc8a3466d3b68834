// Threads take the next index from one counter.
#include "fairline/training/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace fairline {

int CoreCount() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

Status ParallelFor(size_t count, int threads, const std::function<Status(size_t)>& work) {
  std::vector<Status> results(count);
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  auto run = [&] {
    while (!failed) {
      const size_t index = next++;
      if (index >= count) return;
      results[index] = work(index);
      if (!results[index]) failed = true;
    }
  };
  {
    const size_t helpers = std::min<size_t>(count, static_cast<size_t>(std::max(1, threads)));
    std::vector<std::jthread> pool;
    for (size_t i = 1; i < helpers; ++i) pool.emplace_back(run);
    run();
  }
  for (Status& result : results) {
    if (!result) return result;
  }
  return {};
}

}  // namespace fairline
