// The life of a connection: idle -> reading -> handling -> writing -> idle, or lingering -> closed.
#include "fairline/server/http/connection.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstring>

namespace fairline {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int kLingerMs = 2000;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void AppendNumber(std::string& text, size_t number) {
  char digits[20];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void WriteHead(std::string& head, const Response& response, std::string_view date, bool keep_alive,
               bool http_1_0) {
  head.assign("HTTP/1.1 ");
  AppendNumber(head, static_cast<size_t>(response.status));
  head.append(" ").append(StatusPhrase(response.status));
  head.append("\r\nDate: ").append(date);
  head.append("\r\nContent-Type: ").append(response.content_type);
  head.append("\r\nContent-Length: ");
  AppendNumber(head, response.body.size());
  for (const auto& [name, value] : response.headers) {
    head.append("\r\n").append(name).append(": ").append(value);
  }
  if (!keep_alive) head.append("\r\nConnection: close");
  if (keep_alive && http_1_0) head.append("\r\nConnection: keep-alive");
  head.append("\r\n\r\n");
}

}  // namespace

Connection::Connection(EventLoop& loop, asio::ip::tcp::socket socket)
    : loop_(loop),
      socket_(std::move(socket)),
      parser_(loop.settings().header_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(loop.settings().header_bytes)) {}

void Connection::Start(bool over_limit) {
  Enter(Phase::kIdle);
  if (over_limit) {
    parser_.Refuse(503, "too many connections are open; try again in a moment");
    return Refuse();
  }
  Read();
}

void Connection::Enter(Phase phase) {
  phase_ = phase;
  const HttpSettings& settings = loop_.settings();
  switch (phase) {
    case Phase::kIdle:
      deadline_ms_ = loop_.now_ms() + settings.idle_timeout_ms;
      break;
    case Phase::kReading:
    case Phase::kWriting:
      deadline_ms_ = loop_.now_ms() + settings.request_timeout_ms;
      break;
    case Phase::kLingering:
      deadline_ms_ = loop_.now_ms() + kLingerMs;
      break;
    case Phase::kHandling:
    case Phase::kClosed:
      deadline_ms_ = 0;
      break;
  }
}

void Connection::Read() {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const auto room = asio::buffer(buffer_.get() + end_, loop_.settings().header_bytes - end_);
  socket_.async_read_some(room, [self = shared_from_this()](error_code error, size_t count) {
    Connection& c = *self;
    if (c.phase_ != Phase::kIdle && c.phase_ != Phase::kReading) return;
    if (error) return c.Close();
    if (c.phase_ == Phase::kIdle) c.Enter(Phase::kReading);
    c.end_ += count;
    c.Advance();
  });
}

void Connection::Advance() {
  using State = RequestParser::State;
  for (;;) {
    const size_t taken = parser_.Feed({buffer_.get() + begin_, end_ - begin_});
    begin_ += taken;
    if (parser_.state() == State::kBody && !limited_) {
      limited_ = true;
      parser_.LimitBody(loop_.service().BodyLimit(parser_.request()));
      if (parser_.state() == State::kBody && parser_.expects_continue()) SendContinue();
    } else if (parser_.state() == State::kComplete) {
      return Handle();
    } else if (parser_.state() != State::kRefused && taken == 0) {
      if (end_ - begin_ < loop_.settings().header_bytes) return Read();
      parser_.Refuse(431, "the request line, a header or a chunk is too long");
    }
    if (parser_.state() == State::kRefused) return Refuse();
  }
}

void Connection::SendContinue() {
  // Nothing else is being written now, and the client waits for these few bytes: a failure shows up
  // as the missing body.
  error_code ignored;
  socket_.write_some(asio::buffer(kContinue), ignored);
}

void Connection::Handle() {
  Enter(Phase::kHandling);
  keep_alive_ = parser_.keep_alive();
  loop_.service().Handle(parser_.request(), [self = shared_from_this()](
                                                std::move_only_function<Response()> make) mutable {
    const auto executor = self->socket_.get_executor();
    asio::dispatch(executor, [self = std::move(self), make = std::move(make)]() mutable {
      if (self->phase_ == Phase::kHandling) self->Write(make());
    });
  });
}

void Connection::Refuse() {
  keep_alive_ = false;
  Write(loop_.service().Refuse(parser_.request(), parser_.refusal_status(), parser_.refusal()));
}

void Connection::Write(Response response) {
  Enter(Phase::kWriting);
  if (loop_.draining()) keep_alive_ = false;
  response_ = std::move(response);
  const bool complete = parser_.state() == RequestParser::State::kComplete;
  WriteHead(head_, response_, loop_.date(), keep_alive_, complete && parser_.http_1_0());
  const bool head_only = parser_.request().method == "HEAD";
  const std::array<asio::const_buffer, 2> parts = {
      asio::buffer(head_), head_only ? asio::const_buffer() : asio::buffer(response_.body)};
  asio::async_write(socket_, parts, [self = shared_from_this()](error_code error, size_t) {
    if (self->phase_ == Phase::kWriting) self->AfterWrite(!error);
  });
}

void Connection::AfterWrite(bool ok) {
  if (!ok) return Close();
  if (!keep_alive_ || loop_.draining()) return Linger();
  parser_.Reset();
  limited_ = false;
  if (begin_ == end_) {
    Enter(Phase::kIdle);
    return Read();
  }
  Enter(Phase::kReading);
  Advance();
}

void Connection::Linger() {
  // Closing with unread bytes resets the connection, and the client may lose the reply it has not
  // read yet: end our side, then read away what still comes, for a short while.
  error_code error;
  if (phase_ != Phase::kLingering) {
    Enter(Phase::kLingering);
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    if (error) return Close();
  }
  const auto room = asio::buffer(buffer_.get(), loop_.settings().header_bytes);
  socket_.async_read_some(room, [self = shared_from_this()](error_code read_error, size_t) {
    if (self->phase_ != Phase::kLingering) return;
    if (read_error) return self->Close();
    self->Linger();
  });
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  Enter(Phase::kClosed);
  error_code ignored;
  socket_.close(ignored);
  loop_.Remove(this);
}

void Connection::Drain() {
  // Bytes that wait in the kernel are a request that has begun: it is read and answered.
  error_code ignored;
  if (phase_ == Phase::kIdle && socket_.available(ignored) == 0) Close();
}

void Connection::CheckDeadline(int64_t now_ms) {
  if (deadline_ms_ == 0 || now_ms < deadline_ms_) return;
  if (phase_ != Phase::kReading) return Close();
  parser_.Refuse(408, "the request took too long to arrive");
  Refuse();
}

}  // namespace fairline
