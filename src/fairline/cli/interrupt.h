// Ctrl-C. A long command that must not leave half a file looks at the flag as it goes and cleans
// up; any other command is simply ended.
#pragma once

#include <atomic>

namespace fairline {

/// While one exists, the first SIGINT or SIGTERM is noted instead of ending the program; a second
/// one ends it.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

/// Set by the noted signal.
const std::atomic<bool>& InterruptFlag();

/// Installs the handlers that make an interrupted program exit with 130.
void HandleInterrupts();

}  // namespace fairline
