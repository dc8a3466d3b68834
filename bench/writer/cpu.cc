// Linux: what getrusage does not say about other threads.
#include "writer/cpu.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace fairline::bench {
namespace {

double Read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

double ProcessCpuSeconds() { return Read(CLOCK_PROCESS_CPUTIME_ID); }
double ThreadCpuSeconds() { return Read(CLOCK_THREAD_CPUTIME_ID); }

std::set<pid_t> Threads() {
  std::set<pid_t> threads;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    threads.insert(std::stoi(entry.path().filename().string()));
  }
  return threads;
}

std::vector<pid_t> NewThreads(const std::set<pid_t>& before) {
  const std::set<pid_t> now = Threads();
  std::vector<pid_t> fresh;
  std::ranges::set_difference(now, before, std::back_inserter(fresh));
  return fresh;
}

double CpuSecondsOf(const std::vector<pid_t>& threads) {
  double seconds = 0;
  for (const pid_t thread : threads) {
    // The kernel's clock of one thread (CPUCLOCK_PERTHREAD | CPUCLOCK_SCHED): pthread_getcpuclockid
    // gives the same, but only to who has the pthread_t.
    seconds += Read(static_cast<clockid_t>(~static_cast<unsigned>(thread) << 3 | 6U));
  }
  return seconds;
}

double ResidentMegabytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace fairline::bench
