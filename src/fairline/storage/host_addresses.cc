// getaddrinfo has no time limit, hence the thread.
#include "fairline/storage/host_addresses.h"

#include <fmt/format.h>
#include <netdb.h>

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

/// By the system's resolver; `flags` as getaddrinfo's. Empty when it finds none.
std::vector<SocketAddress> LookUp(const std::string& host, uint16_t port, int flags) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  std::vector<SocketAddress> addresses;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) {
    return addresses;
  }
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

struct HostAddresses::State {
  const std::string host;
  const uint16_t port;
  std::mutex mutex;
  std::condition_variable answered;
  bool asking = false;
  std::vector<SocketAddress> addresses;
};

HostAddresses::HostAddresses(std::string host, uint16_t port)
    : state_(new State{.host = std::move(host), .port = port}) {
  state_->addresses = LookUp(state_->host, port, AI_NUMERICHOST);  // asks nobody
}

Result<std::vector<SocketAddress>> HostAddresses::Get(int64_t deadline_micros) {
  std::unique_lock lock(state_->mutex);
  if (!state_->addresses.empty()) return state_->addresses;
  if (!state_->asking) {
    const auto look_up = [state = state_] {
      auto addresses = LookUp(state->host, state->port, 0);
      const std::scoped_lock answer(state->mutex);
      state->addresses = std::move(addresses);
      state->asking = false;
      state->answered.notify_all();
    };
    try {
      std::thread(look_up).detach();
    } catch (const std::system_error& error) {
      return Fail(ErrorCode::kUnavailable, "no thread can be started to look up a host name",
                  error.what());
    }
    state_->asking = true;
  }
  const auto patience =
      std::chrono::microseconds(deadline_micros - SystemClock().MonotonicMicros());
  state_->answered.wait_for(lock, patience, [this] { return !state_->asking; });
  if (!state_->addresses.empty()) return state_->addresses;
  const std::string reason =
      state_->asking ? "its address is not known yet" : "there is no such host";
  return Fail(ErrorCode::kUnavailable, fmt::format("\"{}\": {}", state_->host, reason));
}

void HostAddresses::Forget() {
  auto numeric = LookUp(state_->host, state_->port, AI_NUMERICHOST);
  const std::scoped_lock lock(state_->mutex);
  state_->addresses = std::move(numeric);
}

}  // namespace fairline
