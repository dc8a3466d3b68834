// What the transport hands to the service and gets back. A Request is a set of views into the
// connection's buffers: they hold until its reply has been sent.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairline {

struct Request {
  std::string_view method;  // "POST", as sent
  std::string_view path;    // without the query: "/v1/decisions"
  std::string_view query;   // after the '?', undecoded
  std::string_view body;
  std::vector<std::pair<std::string_view, std::string_view>> headers;

  /// Value of the header of that name (any case); empty when absent.
  std::string_view Header(std::string_view name) const;
  bool HasHeader(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  // a constant
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> headers;  // names are constants
};

/// "Not Found" for 404.
std::string_view StatusPhrase(int status);

/// Answers one request. It is called once, from any thread; what it is given makes the response on
/// the connection's own thread, so a commit thread is not held up by writing JSON.
using Responder = std::move_only_function<void(std::move_only_function<Response()>)>;

/// What a server serves.
class HttpService {
 public:
  virtual ~HttpService() = default;
  /// Called when the head of a request is complete: the most bytes its body may have.
  virtual size_t BodyLimit(const Request& head) const = 0;
  /// Called with the whole request on the connection's thread. Must not block for long.
  virtual void Handle(const Request& request, Responder responder) = 0;
  /// The reply to a request the transport refuses (400, 408, 413, 431, 501, 503, 505). `head` may
  /// be empty. `message` says why, for the caller.
  virtual Response Refuse(const Request& head, int status, std::string_view message) = 0;
};

}  // namespace fairline
