// One connection to a Redis server. hiredis writes and reads the protocol; the bytes go by sockets
// of our own, so that a deadline holds for a whole call and not for each of its reads.
#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/storage/host_addresses.h"

namespace fairline {

struct RedisServer {
  std::string host;
  uint16_t port = 6379;
  std::string user;  // empty: Redis's default user
  std::string password;
  int database = 0;
};

/// Redis's text or bytes; nothing for its nil.
using RedisReply = std::optional<std::string>;

class RedisConnection {
 public:
  /// Connects, names the user and selects the database. Deadlines are in the microseconds of
  /// SystemClock().MonotonicMicros(). kUnavailable when the server does not answer until then,
  /// kPermissionDenied when it refuses the user.
  static Result<std::unique_ptr<RedisConnection>> Open(const RedisServer& server,
                                                       HostAddresses& addresses,
                                                       int64_t deadline_micros);
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;
  ~RedisConnection();

  /// kUnavailable when the server does not answer or answers with an error.
  Result<RedisReply> Run(const std::vector<std::string_view>& command, int64_t deadline_micros);
  /// After a failure of Run: an answer may still be on its way, so it cannot be used again.
  bool broken() const { return broken_; }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };

  explicit RedisConnection(int socket) : socket_(socket), reader_(redisReaderCreate()) {}
  Status Greet(const RedisServer& server, int64_t deadline_micros);
  Status Send(std::string_view bytes, int64_t deadline_micros);
  Result<RedisReply> Receive(int64_t deadline_micros);

  int socket_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  bool broken_ = false;
};

}  // namespace fairline
