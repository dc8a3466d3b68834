// One client connection and the event loop it lives on. Everything here runs on that loop's thread,
// except Responder calls, which post to it.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "fairline/server/http/request_parser.h"
#include "fairline/server/http/server.h"

namespace fairline {

class Connection;

/// An event loop with its connections. One coarse timer watches all their deadlines: a timer per
/// operation would cost more than the rest of the transport.
class EventLoop {
 public:
  EventLoop(const HttpSettings& settings, HttpService& service, std::atomic<int>& open_connections);

  boost::asio::io_context& io() { return io_; }
  /// Runs until Stop(); on the loop's thread.
  void Run();
  /// From any thread: closes idle connections and lets the others finish their request.
  void Drain();
  void Stop() { io_.stop(); }

  void Adopt(boost::asio::ip::tcp::socket socket, bool over_limit);
  void Remove(Connection* connection);

  const HttpSettings& settings() const { return settings_; }
  HttpService& service() { return service_; }
  bool draining() const { return draining_; }
  int64_t now_ms() const { return now_ms_; }  // as of the last tick
  const std::string& date() const { return date_; }

 private:
  void Tick();

  const HttpSettings& settings_;
  HttpService& service_;
  std::atomic<int>& open_connections_;
  boost::asio::io_context io_{1};
  boost::asio::steady_timer timer_{io_};
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  bool draining_ = false;
  int64_t now_ms_ = 0;
  std::string date_;  // the Date header's value
};

/// Reads a request, hands it over, writes the reply, and again; one request at a time.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(EventLoop& loop, boost::asio::ip::tcp::socket socket);

  void Start(bool over_limit);
  void Drain();
  /// Called at every tick; ends what has taken too long.
  void CheckDeadline(int64_t now_ms);

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting, kLingering, kClosed };

  void Enter(Phase phase);
  void Advance();
  void Read();
  void Handle();
  void SendContinue();
  void Refuse();
  void Write(Response response);
  void AfterWrite(bool ok);
  void Linger();
  void Close();

  EventLoop& loop_;
  boost::asio::ip::tcp::socket socket_;
  RequestParser parser_;
  Phase phase_ = Phase::kIdle;
  int64_t deadline_ms_ = 0;  // 0: none
  bool limited_ = false;     // the body limit of this request is set
  bool keep_alive_ = true;
  size_t begin_ = 0, end_ = 0;  // the bytes of buffer_ not yet parsed
  std::unique_ptr<char[]> buffer_;
  std::string head_;
  Response response_;
};

}  // namespace fairline
