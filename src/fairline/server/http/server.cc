// The acceptor and the threads.
#include "fairline/server/http/server.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "fairline/core/log.h"
#include "fairline/server/http/connection.h"

namespace fairline {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct HttpServer::Impl {
  Impl(const HttpSettings& given, HttpService& service) : settings(given) {
    for (int i = 0; i < settings.threads; ++i) {
      loops.push_back(std::make_unique<EventLoop>(settings, service, open_connections));
    }
    acceptor.emplace(loops[0]->io());
    pause.emplace(loops[0]->io());
  }

  Status Listen();
  void Accept();
  void Stop();

  const HttpSettings settings;
  std::atomic<int> open_connections = 0;
  std::vector<std::unique_ptr<EventLoop>> loops;
  std::optional<tcp::acceptor> acceptor;    // on the first loop
  std::optional<asio::steady_timer> pause;  // after a failed accept
  size_t next = 0;
  std::vector<std::thread> threads;
  int port = 0;
};

Status HttpServer::Impl::Listen() {
  error_code error;
  const std::string host = settings.host == "localhost" ? "127.0.0.1" : settings.host;
  const auto address = asio::ip::make_address(host, error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("server.host: '{}' is not an IP address", settings.host));
  }
  const tcp::endpoint endpoint(address, static_cast<uint16_t>(settings.port));
  acceptor->open(endpoint.protocol(), error);
  // A restarted server may bind while old connections are in TIME_WAIT; two servers still may not.
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return Fail(ErrorCode::kUnavailable,
                fmt::format("port {} is already in use on {}", settings.port, settings.host));
  }
  if (error) {
    return Fail(ErrorCode::kUnavailable,
                fmt::format("cannot listen on {} port {}: {}", settings.host, settings.port,
                            error.message()));
  }
  port = acceptor->local_endpoint(error).port();
  return {};
}

void HttpServer::Impl::Accept() {
  EventLoop& loop = *loops[next++ % loops.size()];
  acceptor->async_accept(loop.io(), [this, &loop](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor->is_open()) return;
    if (!error) {
      const bool over_limit = ++open_connections > settings.connections;
      asio::post(loop.io(), [&loop, over_limit, socket = std::move(socket)]() mutable {
        loop.Adopt(std::move(socket), over_limit);
      });
      return Accept();
    }
    // Out of descriptors or memory: connections wait in the kernel's queue until some are free.
    LogWarning("server.accept_failed", {{"reason", error.message()}});
    pause->expires_after(std::chrono::milliseconds(100));
    pause->async_wait([this](error_code stopped) {
      if (!stopped) Accept();
    });
  });
}

void HttpServer::Impl::Stop() {
  if (threads.empty()) return;
  std::promise<void> closed;
  asio::post(loops[0]->io(), [this, &closed] {
    error_code ignored;
    acceptor->close(ignored);
    pause->cancel();
    // Only now: a connection accepted before is known to its loop, and drained with the others.
    for (auto& loop : loops) loop->Drain();
    closed.set_value();
  });
  closed.get_future().wait();
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(settings.drain_timeout_ms);
  while (open_connections > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (open_connections > 0) {
    LogWarning("server.drain_timed_out", {{"connections", int64_t{open_connections}}});
  }
  for (auto& loop : loops) loop->Stop();
  for (auto& thread : threads) thread.join();
  threads.clear();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { impl_->Stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::Listen(const HttpSettings& settings,
                                                       HttpService& service) {
  auto impl = std::make_unique<Impl>(settings, service);
  FAIRLINE_TRY(impl->Listen());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

void HttpServer::Start() {
  impl_->Accept();
  for (auto& loop : impl_->loops) impl_->threads.emplace_back([&loop = *loop] { loop.Run(); });
}

int HttpServer::port() const { return impl_->port; }

void HttpServer::Stop() { impl_->Stop(); }

}  // namespace fairline
