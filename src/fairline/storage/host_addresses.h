// The network addresses of a host name. The system's look-up may take many seconds, so it runs
// beside its caller, who waits no longer than he likes; a later caller finds its result.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

class HostAddresses {
 public:
  HostAddresses(std::string host, uint16_t port);

  /// Never empty. kUnavailable when the name is unknown or the answer is late. Thread-safe.
  Result<std::vector<SocketAddress>> Get(int64_t deadline_micros);
  /// Nobody answers there (any more): the next Get looks the name up again.
  void Forget();

 private:
  struct State;
  std::shared_ptr<State> state_;  // a look-up under way keeps it
};

}  // namespace fairline
