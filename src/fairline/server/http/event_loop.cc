// The loop of one thread: adopts connections, ticks, drains.
#include <sys/socket.h>
#include <time.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/server/http/connection.h"

namespace fairline {
namespace {

constexpr std::chrono::milliseconds kTick(100);

/// `Sat, 21 Nov 2026 10:41:00 GMT` (RFC 9110, 5.6.7), whatever the locale.
std::string HttpDate(int64_t micros) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const time_t seconds = micros / 1'000'000;
  tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[utc.tm_wday],
           utc.tm_mday, kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
           utc.tm_sec);
  return text;
}

}  // namespace

EventLoop::EventLoop(const HttpSettings& settings, HttpService& service,
                     std::atomic<int>& open_connections)
    : settings_(settings), service_(service), open_connections_(open_connections) {}

void EventLoop::Run() {
  Tick();
  io_.run();
}

void EventLoop::Tick() {
  now_ms_ = SystemClock().MonotonicMicros() / 1000;
  date_ = HttpDate(SystemClock().NowMicros());
  std::vector<std::shared_ptr<Connection>> open;  // a check may remove its connection
  open.reserve(connections_.size());
  for (const auto& [_, connection] : connections_) open.push_back(connection);
  for (const auto& connection : open) connection->CheckDeadline(now_ms_);
  timer_.expires_after(kTick);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) Tick();
  });
}

void EventLoop::Adopt(boost::asio::ip::tcp::socket socket, bool over_limit) {
  boost::system::error_code ignored;
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  auto connection = std::make_shared<Connection>(*this, std::move(socket));
  connections_.emplace(connection.get(), connection);
  connection->Start(over_limit);
}

void EventLoop::Remove(Connection* connection) {
  connections_.erase(connection);
  --open_connections_;
}

void EventLoop::Drain() {
  boost::asio::post(io_, [this] {
    draining_ = true;
    std::vector<std::shared_ptr<Connection>> open;
    for (const auto& [_, connection] : connections_) open.push_back(connection);
    for (const auto& connection : open) connection->Drain();
  });
}

}  // namespace fairline
