// Like a log, the file starts over when it is long, and then overwrites what it has.
#include "writer/probe.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

#include "fairline/core/check.h"
#include "writer/cpu.h"

namespace fairline::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr off_t kFileBytes = off_t{128} << 20;
constexpr auto kIdle = std::chrono::milliseconds(10);

}  // namespace

Probe::Probe(std::filesystem::path file)
    : file_(std::move(file)), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void Probe::Follow(double bytes, double per_second) {
  per_second_ = per_second;
  bytes_ = static_cast<int64_t>(bytes);
}

const Latencies& Probe::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return latencies_;
}

void Probe::Run(const std::stop_token& stop) {
  const int file = open(file_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  FAIRLINE_CHECK(file >= 0, "the probe makes its file");
  std::string block;
  off_t end = 0;
  while (!stop.stop_requested()) {
    block.resize(static_cast<size_t>(bytes_.load()), 'x');
    if (block.empty()) {
      std::this_thread::sleep_for(kIdle);
      continue;
    }
    const auto begin = SteadyClock::now();
    const ssize_t written = pwrite(file, block.data(), block.size(), end);
    FAIRLINE_CHECK(written == static_cast<ssize_t>(block.size()) && fdatasync(file) == 0,
                   "the probe writes");
    const std::chrono::duration<double, std::milli> latency = SteadyClock::now() - begin;
    latencies_.Add(latency.count());
    cpu_seconds_ = ThreadCpuSeconds();
    end = end + written < kFileBytes ? end + written : 0;
    std::this_thread::sleep_until(begin + std::chrono::duration<double>(1 / per_second_));
  }
  close(file);
  std::filesystem::remove(file_);
}

}  // namespace fairline::bench
