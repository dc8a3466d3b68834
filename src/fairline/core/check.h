// Checks of our own invariants. They stay on in production and stop the process: a broken invariant
// must not write records. Never used on user input or on what the environment may do.
#pragma once

namespace fairline {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line,
                              const char* message);

}  // namespace fairline

#define FAIRLINE_CHECK(condition, message)                              \
  do {                                                                  \
    if (!(condition)) [[unlikely]]                                      \
      ::fairline::CheckFailed(#condition, __FILE__, __LINE__, message); \
  } while (false)
