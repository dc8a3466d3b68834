// Every failure leaves the connection broken; the answer to a question is read before the next is
// asked.
#include "fairline/storage/redis_connection.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

constexpr size_t kReplyBytes = size_t{8} << 20;

std::unexpected<Error> Unavailable(std::string_view what, int error) {
  return Fail(ErrorCode::kUnavailable, fmt::format("Redis does not answer: {}", what),
              error == 0 ? "" : std::generic_category().message(error));
}

Status WaitFor(int socket, short events, int64_t deadline_micros) {
  pollfd wanted{.fd = socket, .events = events, .revents = 0};
  while (true) {
    const int64_t left = deadline_micros - SystemClock().MonotonicMicros();
    if (left <= 0) return Unavailable("it took too long", 0);
    const timespec patience{.tv_sec = left / 1'000'000, .tv_nsec = left % 1'000'000 * 1000};
    const int ready = ppoll(&wanted, 1, &patience, nullptr);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return Unavailable("the system refused to wait", errno);
  }
}

/// A connected socket, or the errors of one that is not.
Result<int> Connect(const SocketAddress& address, int64_t deadline_micros) {
  const int family = address.storage.ss_family;
  const int handle = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (handle < 0) return Unavailable("no connection can be opened", errno);
  const auto connected = [&]() -> Status {
    const int on = 1;
    setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* target = reinterpret_cast<const sockaddr*>(&address.storage);
    if (connect(handle, target, address.size) == 0) return {};
    if (errno != EINPROGRESS) return Unavailable("it cannot be reached", errno);
    FAIRLINE_TRY(WaitFor(handle, POLLOUT, deadline_micros));
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Unavailable("it cannot be reached", error);
    return {};
  }();
  if (connected) return handle;
  close(handle);
  return std::unexpected(connected.error());
}

/// What Redis says is for the log: it may repeat a part of the command.
std::unexpected<Error> Refusal(std::string_view text) {
  const bool of_user = text.starts_with("WRONGPASS") || text.starts_with("NOAUTH") ||
                       text.starts_with("NOPERM") || text.starts_with("ERR AUTH");
  if (of_user) {
    return Fail(ErrorCode::kPermissionDenied, "Redis refuses the user or password of cache.url",
                std::string(text.substr(0, text.find(' '))));
  }
  return Fail(ErrorCode::kUnavailable, "Redis answers with an error", std::string(text));
}

}  // namespace

RedisConnection::~RedisConnection() { close(socket_); }

Result<std::unique_ptr<RedisConnection>> RedisConnection::Open(const RedisServer& server,
                                                               HostAddresses& addresses,
                                                               int64_t deadline_micros) {
  Error last;
  for (const SocketAddress& address : FAIRLINE_TRY(addresses.Get(deadline_micros))) {
    const auto socket = Connect(address, deadline_micros);
    if (!socket) {
      last = socket.error();
      continue;
    }
    std::unique_ptr<RedisConnection> connection(new RedisConnection(*socket));
    FAIRLINE_TRY(connection->Greet(server, deadline_micros));
    return connection;
  }
  addresses.Forget();
  return std::unexpected(std::move(last));
}

Status RedisConnection::Greet(const RedisServer& server, int64_t deadline_micros) {
  if (!server.password.empty()) {
    std::vector<std::string_view> command = {"AUTH"};
    if (!server.user.empty()) command.push_back(server.user);
    command.push_back(server.password);
    FAIRLINE_TRY(Run(command, deadline_micros));
  }
  if (server.database != 0) {
    FAIRLINE_TRY(Run({"SELECT", std::to_string(server.database)}, deadline_micros));
  }
  return {};
}

Result<RedisReply> RedisConnection::Run(const std::vector<std::string_view>& command,
                                        int64_t deadline_micros) {
  std::vector<const char*> parts;
  std::vector<size_t> sizes;
  for (const std::string_view part : command) {
    parts.push_back(part.data());
    sizes.push_back(part.size());
  }
  char* bytes = nullptr;
  const int size =
      redisFormatCommandArgv(&bytes, static_cast<int>(parts.size()), parts.data(), sizes.data());
  if (size < 0) return Fail(ErrorCode::kInternal, "a Redis command cannot be written");
  const Status sent = Send({bytes, static_cast<size_t>(size)}, deadline_micros);
  redisFreeCommand(bytes);
  broken_ = true;  // until the whole answer is here
  FAIRLINE_TRY(sent);
  return Receive(deadline_micros);
}

Status RedisConnection::Send(std::string_view bytes, int64_t deadline_micros) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      FAIRLINE_TRY(WaitFor(socket_, POLLOUT, deadline_micros));
    } else if (errno != EINTR) {
      return Unavailable("it closed the connection", errno);
    }
  }
  return {};
}

Result<RedisReply> RedisConnection::Receive(int64_t deadline_micros) {
  char block[16 * 1024];
  size_t received = 0;
  void* raw = nullptr;
  while (true) {
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
      return Unavailable("what it says is not the protocol of Redis", 0);
    }
    if (raw != nullptr) break;
    FAIRLINE_TRY(WaitFor(socket_, POLLIN, deadline_micros));
    const ssize_t count = recv(socket_, block, sizeof block, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) return Unavailable("it closed the connection", count < 0 ? errno : 0);
    received += static_cast<size_t>(count);
    if (received > kReplyBytes) return Unavailable("its answer is too long", 0);
    redisReaderFeed(reader_.get(), block, static_cast<size_t>(count));
  }
  broken_ = false;
  const auto free_reply = [](redisReply* reply) { freeReplyObject(reply); };
  const std::unique_ptr<redisReply, decltype(free_reply)> reply(static_cast<redisReply*>(raw));
  const std::string_view text(reply->str == nullptr ? "" : reply->str, reply->len);
  if (reply->type == REDIS_REPLY_ERROR) return Refusal(text);
  if (reply->type == REDIS_REPLY_NIL) return RedisReply();
  return RedisReply(text);
}

}  // namespace fairline
