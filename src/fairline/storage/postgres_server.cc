// libpq's connecting in steps; libpq's own time limits count whole seconds.
#include "fairline/storage/postgres_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>

#include "fairline/core/limits.h"
#include "fairline/storage/postgres_error.h"

namespace fairline {
namespace {

using SteadyClock = std::chrono::steady_clock;

// A path that died while both ends stand still is found by TCP itself. The URL may say otherwise.
PostgresHandle StartConnecting(const std::string& url) {
  constexpr std::array kKeywords = {"fallback_application_name", "keepalives_idle",
                                    "keepalives_interval",       "keepalives_count",
                                    "tcp_user_timeout",          "dbname",
                                    "client_encoding",           static_cast<const char*>(nullptr)};
  const std::array values = {"fairline", "10",        "2",    "3",
                             "6000",     url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
  static_assert(kKeywords.size() == std::tuple_size_v<decltype(values)>);
  return PostgresHandle(PQconnectStartParams(kKeywords.data(), values.data(), 1));
}

bool HasByte(int socket) {
  char byte = 0;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string Option(const Options& options, std::string_view keyword) {
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->keyword == keyword && option->val != nullptr) return option->val;
  }
  return {};
}

// In user:pass/word@host, and where the host is forgotten, libpq takes what is before the slash for
// host and port, and would have messages show them.
bool MisreadsPassword(std::string_view url, const Options& options) {
  const size_t host = url.find("://");
  if (host == std::string_view::npos) return false;
  const size_t path = url.find('/', host + 3);
  if (path != std::string_view::npos && url.find('@', path) != std::string_view::npos) return true;
  const std::string port = options == nullptr ? "" : Option(options, "port");
  return port.find_first_not_of("0123456789,") != std::string::npos;
}

}  // namespace

bool AwaitSocket(int socket, short events, int timeout_ms) {
  pollfd waiting = {socket, events, 0};
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(timeout_ms);
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    const int ready = poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready >= 0 || errno != EINTR) return ready != 0;
  }
}

Result<PostgresHandle> ConnectPostgres(const std::string& url) {
  PostgresHandle handle = StartConnecting(url);
  if (handle == nullptr) return std::unexpected(PostgresGone("out of memory"));
  PostgresPollingStatusType step = PGRES_POLLING_WRITING;
  if (PQstatus(handle.get()) == CONNECTION_BAD) step = PGRES_POLLING_FAILED;
  while (step != PGRES_POLLING_OK) {
    if (step == PGRES_POLLING_FAILED) {
      return std::unexpected(PostgresGone(PQerrorMessage(handle.get())));
    }
    const short events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!AwaitSocket(PQsocket(handle.get()), events, limits::kDatabasePatienceMillis)) {
      return std::unexpected(PostgresGone("PostgreSQL did not answer a new connection"));
    }
    step = PQconnectPoll(handle.get());
  }
  return handle;
}

bool PostgresLives(const std::string& url, int timeout_ms) {
  const PostgresHandle handle = StartConnecting(url);
  if (handle == nullptr) return false;
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(timeout_ms);
  PostgresPollingStatusType step = PGRES_POLLING_WRITING;
  while (PQstatus(handle.get()) != CONNECTION_BAD && step != PGRES_POLLING_FAILED) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    const short events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    const int socket = PQsocket(handle.get());
    if (left <= 0 || !AwaitSocket(socket, events, static_cast<int>(left))) return false;
    if (step == PGRES_POLLING_READING && HasByte(socket)) return true;
    step = PQconnectPoll(handle.get());
  }
  return false;
}

Status CheckPostgresUrl(const std::string& url) {
  char* raw = nullptr;
  const Options options(PQconninfoParse(url.c_str(), &raw));
  const std::unique_ptr<char, decltype(&PQfreemem)> reason(raw, &PQfreemem);
  const bool misread = MisreadsPassword(url, options);
  if (options != nullptr && !misread) return {};
  // Other reasons quote the part of the URL they are about, which may be the password.
  std::string why =
      "it should read postgresql://user:password@host:5432/name, in the password %2F for a /";
  constexpr std::string_view kUnknown = "invalid URI query parameter";
  if (raw != nullptr && !misread && std::string_view(raw).starts_with(kUnknown)) {
    why = raw;
    while (why.ends_with('\n')) why.pop_back();
  }
  return Fail(ErrorCode::kInvalidArgument, fmt::format("the database's URL is not valid: {}", why));
}

std::string PostgresAddress(const std::string& url) {
  const Options options(PQconninfoParse(url.c_str(), nullptr));
  if (options == nullptr) return "PostgreSQL";
  const std::string port = Option(options, "port"), name = Option(options, "dbname");
  return fmt::format("{}{}{}/{}", Option(options, "host"), port.empty() ? "" : ":", port, name);
}

}  // namespace fairline
