// Bytes -> HTTP/1.1 requests, without sockets, so that it can be tested and fuzzed alone. Beast's
// strict parser does the grammar; what it leaves open and RFC 9112 forbids (a missing Host, a
// transfer coding we do not decode, both of which let two servers read one stream differently) is
// refused here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fairline/server/http/message.h"

namespace fairline {

class RequestParser {
 public:
  enum class State { kHead, kBody, kComplete, kRefused };

  /// `max_header_bytes` for request line and headers together.
  explicit RequestParser(size_t max_header_bytes);
  ~RequestParser();

  /// Takes bytes from the front of `bytes` and returns how many. Stops once when the head is
  /// complete (state kBody: set the body limit, then go on, perhaps with no bytes left) and at the
  /// end of the request. When nothing was taken in kHead or kBody, more bytes are needed.
  size_t Feed(std::string_view bytes);
  /// After the head: the most bytes the body may have. A larger declared length is refused at once.
  void LimitBody(size_t max_bytes);
  /// Forgets the request and waits for the next one.
  void Reset();
  /// Refuses the request from outside (a head larger than the buffer, a timeout).
  void Refuse(int status, std::string message);

  State state() const { return state_; }
  /// Valid from kBody on; the body from kComplete on. Views hold until Reset().
  const Request& request() const { return request_; }
  bool keep_alive() const;
  bool http_1_0() const;
  /// The client waits for `100 Continue` before it sends the body.
  bool expects_continue() const;
  /// In kRefused: the status and why.
  int refusal_status() const { return refusal_status_; }
  const std::string& refusal() const { return refusal_; }

 private:
  struct Parser;
  void ReadHead();

  const size_t max_header_bytes_;
  std::unique_ptr<Parser> parser_;
  Request request_;
  State state_ = State::kHead;
  int refusal_status_ = 0;
  std::string refusal_;
};

}  // namespace fairline
