// A PostgreSQL server for one test that stops it, freezes it or gives it settings of its own. The
// programs are those of the server that FAIRLINE_TEST_POSTGRES names.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "fairline/storage/postgres_connection.h"
#include "fairline/storage/temporary_folder.h"
#include "fairline/storage/test_database.h"

namespace fairline {

/// A socket of this machine that listens and never answers.
class SilentSocket {
 public:
  SilentSocket() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, generic, size), 0);
    EXPECT_EQ(listen(socket_, 16), 0);
    EXPECT_EQ(getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  SilentSocket(const SilentSocket&) = delete;
  SilentSocket& operator=(const SilentSocket&) = delete;
  ~SilentSocket() { close(socket_); }

  int port() const { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

class PostgresTestServer {
 public:
  PostgresTestServer() {
    const auto database = OpenDatabase(std::getenv(TestDatabase::kServerVariable));
    const auto rows = (*database)->Query("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
    programs_ = std::get<std::string>((*rows)[0][0]);
    if (geteuid() == 0) {  // the server refuses to be root
      as_user_ = {"--reuid=postgres", "--regid=postgres", "--clear-groups"};
      Shell(fmt::format("chown postgres:postgres {}", folder()));
    }
    Shell(fmt::format("{} {}/initdb -D {}/data -U tester -A trust -E UTF8 --locale=C.UTF-8 -N",
                      fmt::join(Prefix(), " "), programs_, folder()));
  }
  PostgresTestServer(const PostgresTestServer&) = delete;
  PostgresTestServer& operator=(const PostgresTestServer&) = delete;
  ~PostgresTestServer() { Stop(); }

  std::string folder() const { return folder_.path().string(); }
  std::string url(std::string_view options = "") const {
    return fmt::format("postgresql://tester@127.0.0.1:{}/postgres{}", port_, options);
  }

  /// Returns when it answers. `settings` are lines of its configuration.
  void Start(std::string_view settings = "") {
    std::ofstream(folder() + "/data/postgresql.conf", std::ios::app) << settings;
    std::vector<std::string> command = Prefix();
    const std::string options[] = {
        programs_ + "/postgres",   "-D", folder() + "/data",           "-p",
        std::to_string(port_),     "-c", "listen_addresses=127.0.0.1", "-c",
        "unix_socket_directories="};
    command.insert(command.end(), std::begin(options), std::end(options));
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      if (freopen((folder() + "/log").c_str(), "a", stderr) != nullptr)
        execvp(arguments[0], arguments.data());
      _exit(127);
    }
    while (!ConnectPostgres(url())) {
      ASSERT_EQ(waitpid(process_, nullptr, WNOHANG), 0) << "PostgreSQL did not start";
      usleep(20'000);
    }
  }
  /// As a crash would: sessions end in the middle of what they do.
  void Stop() {
    if (process_ <= 0) return;
    kill(process_, SIGQUIT);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  /// Its processes keep their sockets and do nothing.
  void Freeze() { SignalAll(SIGSTOP); }
  void Thaw() { SignalAll(SIGCONT); }

  static void Shell(const std::string& command) {
    ASSERT_EQ(std::system((command + " > /dev/null 2>&1").c_str()), 0) << command;
  }

 private:
  // Ends with this process, whatever ends that.
  std::vector<std::string> Prefix() const {
    std::vector<std::string> prefix = {"setpriv", "--pdeathsig", "INT"};
    prefix.insert(prefix.end(), as_user_.begin(), as_user_.end());
    return prefix;
  }
  void SignalAll(int signal) const {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process_));
    kill(process_, signal);
    for (pid_t child = 0; children >> child;) kill(child, signal);
  }

  TemporaryFolder folder_;
  std::string programs_;
  std::vector<std::string> as_user_;
  int port_ = SilentSocket().port();  // free again at once
  pid_t process_ = 0;
};

}  // namespace fairline
