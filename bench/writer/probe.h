// What the disk alone takes: appends and syncs as many bytes as commits write to the log, beside
// the load and in the same file system.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <thread>

#include "writer/latencies.h"

namespace fairline::bench {

class Probe {
 public:
  /// The file is made, and removed at the end. Idle until Follow is called.
  explicit Probe(std::filesystem::path file);

  /// From now on: that many bytes, that often.
  void Follow(double bytes, double per_second);
  /// Ends it.
  const Latencies& Stop();
  double cpu_seconds() const { return cpu_seconds_; }

 private:
  void Run(const std::stop_token& stop);

  const std::filesystem::path file_;
  std::atomic<int64_t> bytes_ = 0;
  std::atomic<double> per_second_ = 0;
  std::atomic<double> cpu_seconds_ = 0;
  Latencies latencies_;
  std::jthread thread_;
};

}  // namespace fairline::bench
