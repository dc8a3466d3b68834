// The end of a process whose invariant is broken: one line on stderr, then a core dump.
#include "fairline/core/check.h"

#include <cstdio>
#include <cstdlib>

namespace fairline {

void CheckFailed(const char* condition, const char* file, int line, const char* message) {
  std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", file, line, message, condition);
  std::abort();
}

}  // namespace fairline
