// CPU time of the process and of its threads.
#pragma once

#include <sys/types.h>

#include <set>
#include <vector>

namespace fairline::bench {

double ProcessCpuSeconds();
double ThreadCpuSeconds();  // of the caller

/// The threads of the process now.
std::set<pid_t> Threads();
/// Those that came since `before`.
std::vector<pid_t> NewThreads(const std::set<pid_t>& before);
/// 0 for one that has ended.
double CpuSecondsOf(const std::vector<pid_t>& threads);

double ResidentMegabytes();

}  // namespace fairline::bench
