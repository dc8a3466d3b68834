// A way to a real server that a test can spoil: bytes held back, changed, cut off; nobody there.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "fairline/core/check.h"

namespace fairline {

class TestProxy {
 public:
  /// Sees each block on its way and may change it; false breaks the connection. Called by many
  /// threads.
  using Spoil = std::function<bool(std::string& block)>;

  explicit TestProxy(uint16_t server_port) : server_port_(server_port) { Start(); }
  ~TestProxy() { Stop(); }

  uint16_t port() const { return port_; }
  int connections() const { return connections_; }

  /// For connections made from now on.
  void SpoilToServer(Spoil spoil) { Set(to_server_, std::move(spoil)); }
  void SpoilToClient(Spoil spoil) { Set(to_client_, std::move(spoil)); }

  /// Nobody listens, and what was connected is cut off.
  void Stop() {
    stopping_ = true;
    threads_.clear();
    if (listener_ >= 0) close(listener_);
    listener_ = -1;
  }

  /// Listens again, on the same port.
  void Start() {
    stopping_ = false;
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = Local(port_);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    FAIRLINE_CHECK(bind(listener_, raw, size) == 0 && listen(listener_, 64) == 0, "proxy listens");
    getsockname(listener_, raw, &size);
    port_ = ntohs(address.sin_port);
    threads_.emplace_back([this] { Accept(); });
  }

 private:
  static sockaddr_in Local(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  void Set(Spoil& place, Spoil spoil) {
    const std::scoped_lock lock(mutex_);
    place = std::move(spoil);
  }

  /// False when the proxy stops.
  bool WaitToRead(int handle) const {
    while (!stopping_) {
      pollfd wanted{.fd = handle, .events = POLLIN, .revents = 0};
      if (poll(&wanted, 1, 10) > 0) return true;
    }
    return false;
  }

  void Accept() {
    std::list<std::jthread> pumps;
    while (WaitToRead(listener_)) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_in address = Local(server_port_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(client);
        close(server);
        continue;
      }
      ++connections_;
      pumps.emplace_back([this, client, server] { Serve(client, server); });
    }
  }

  void Serve(int client, int server) {
    std::unique_lock lock(mutex_);
    const Spoil to_server = to_server_, to_client = to_client_;
    lock.unlock();
    {
      const std::jthread back([&] { Pump(server, client, to_client); });
      Pump(client, server, to_server);
    }
    close(client);
    close(server);
  }

  void Pump(int from, int to, const Spoil& spoil) const {
    std::string block;
    while (WaitToRead(from)) {
      block.resize(64 * 1024);
      const ssize_t count = recv(from, block.data(), block.size(), 0);
      if (count <= 0) break;
      block.resize(static_cast<size_t>(count));
      if (spoil && !spoil(block)) break;
      if (!SendAll(to, block)) break;
    }
    shutdown(from, SHUT_RDWR);
    shutdown(to, SHUT_RDWR);
  }

  static bool SendAll(int to, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  const uint16_t server_port_;
  uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  Spoil to_server_, to_client_;
  std::list<std::jthread> threads_;
};

}  // namespace fairline
