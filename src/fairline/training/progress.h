// How a long training tells what it is doing, and how it is told to stop.
#pragma once

#include <atomic>
#include <functional>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

struct Progress {
  /// Called with the stage's name and how much of it is done, in [0, 1]. Calls never overlap; they
  /// may come from other threads than the caller's.
  std::function<void(std::string_view stage, double fraction)> report;
  /// Set from anywhere to stop: checked after every boosting round and explained row.
  const std::atomic<bool>* cancel = nullptr;

  void Report(std::string_view stage, double fraction) const {
    if (report) report(stage, fraction);
  }
  bool cancelled() const { return cancel != nullptr && cancel->load(std::memory_order_relaxed); }
  Status CheckCancelled() const {
    if (!cancelled()) return {};
    return Fail(ErrorCode::kCancelled, "training was stopped; nothing was written");
  }
};

}  // namespace fairline
