// Independent pieces of work on several threads. Results go into their own slots, so what comes
// out never depends on which thread did what.
#pragma once

#include <functional>

#include "fairline/core/result.h"

namespace fairline {

/// Cores of this machine, at least 1.
int CoreCount();

/// Runs work(0) … work(count - 1) on at most `threads` threads and gives the error of the lowest
/// failed index. After a failure no further piece is started.
Status ParallelFor(size_t count, int threads, const std::function<Status(size_t)>& work);

}  // namespace fairline
