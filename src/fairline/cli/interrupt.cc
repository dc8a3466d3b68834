// The handler only touches lock-free atomics and _exit, which are safe in a signal handler.
#include "fairline/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "fairline/cli/exit_code.h"

namespace fairline {
namespace {

std::atomic<int> scopes = 0;
std::atomic<bool> requested = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void OnSignal(int) {
  if (scopes == 0 || requested.exchange(true)) _exit(static_cast<int>(ExitCode::kInterrupted));
}

}  // namespace

InterruptScope::InterruptScope() { ++scopes; }
InterruptScope::~InterruptScope() { --scopes; }

const std::atomic<bool>& InterruptFlag() { return requested; }

void HandleInterrupts() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace fairline
