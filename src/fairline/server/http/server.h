// The HTTP/1.1 transport: one event loop per thread, connections dealt to them in turn, a limit and
// a deadline on everything, and a drain that finishes what was begun.
#pragma once

#include <memory>
#include <string>

#include "fairline/core/limits.h"
#include "fairline/core/result.h"
#include "fairline/server/http/message.h"

namespace fairline {

struct HttpSettings {
  std::string host = "127.0.0.1";  // an address, or localhost
  int port = 0;                    // 0: any free one, see HttpServer::port()
  int threads = 1;
  int connections = limits::kConnections;  // more are answered 503
  size_t header_bytes = limits::kRequestHeaderBytes;
  int idle_timeout_ms = limits::kIdleTimeoutSeconds * 1000;
  int request_timeout_ms = limits::kRequestTimeoutSeconds * 1000;  // to send one, to take a reply
  int drain_timeout_ms = limits::kDrainTimeoutSeconds * 1000;
};

class HttpServer {
 public:
  /// Binds and listens: from here on clients wait in the kernel's queue. kInvalidArgument for a
  /// host that is no address, kUnavailable when the port is in use. `service` outlives the server.
  static Result<std::unique_ptr<HttpServer>> Listen(const HttpSettings& settings,
                                                    HttpService& service);
  /// Starts the threads and serves.
  void Start();
  /// Drains if Stop() was not called. Every Responder must be gone by then.
  ~HttpServer();

  int port() const;
  /// Accepts nothing more, closes idle connections, answers the requests that have begun, then ends
  /// the threads; gives up on the rest after the drain timeout.
  void Stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairline
