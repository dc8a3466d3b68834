// One request on its way through the server and the one way to answer it. What every reply gets is
// added here: the request id, security headers, metrics, the shape of an error.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/server/http/message.h"
#include "fairline/server/problem.h"

namespace fairline {

/// fairline_http_requests_total and fairline_http_request_duration_seconds of one operation.
class OperationMetrics {
 public:
  OperationMetrics(Metrics& metrics, std::string operation);
  void Count(int status);
  void Count(int status, int64_t duration_micros);

 private:
  Metrics& metrics_;
  std::string operation_;
  prometheus::Histogram& duration_;
  std::array<std::atomic<prometheus::Counter*>, 600> by_status_{};  // filled on first use
};

/// The caller's X-Request-Id when it is 1 to 64 characters of [A-Za-z0-9._-], else a new UUIDv7.
std::string RequestId(const Request& request, IdGenerator& ids);
/// X-Request-Id, and headers that keep browsers and caches from doing what they should not.
void AddCommonHeaders(Response& response, std::string_view request_id);

class Exchange {
 public:
  Exchange(const Request& request, std::string_view path_parameter, std::string request_id,
           ErrorStyle style, OperationMetrics& metrics, Responder responder);
  /// An exchange that nobody answered is our fault: 500.
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const Request& request() const { return request_; }
  /// The part of the path that stands for `{id}`.
  std::string_view path_parameter() const { return path_parameter_; }

  /// Answers, once, from any thread. `make` runs on the connection's thread; what it throws is 500.
  void Reply(std::move_only_function<Result<Response>()> make);
  void Reply(Result<Response> response);
  /// An error that no ErrorCode stands for (415).
  void ReplyError(int status, std::string_view code, std::string_view message);
  void ReplyError(int status, std::string_view code, const Error& error);

 private:
  const Request& request_;
  const std::string_view path_parameter_;
  const std::string request_id_;
  const ErrorStyle style_;
  OperationMetrics& metrics_;
  const int64_t started_micros_;
  Responder responder_;  // empty once used
};

/// A 200 (or `status`) with a JSON body.
Response JsonResponse(const Json& body, int status = 200);

}  // namespace fairline
