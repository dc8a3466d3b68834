// See restore_cluster.h.
#include "fairline/governance/restore_cluster.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "fairline/core/clock.h"
#include "fairline/core/file.h"
#include "fairline/core/random.h"
#include "fairline/governance/postgres_backup.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr const char* kUser = "postgres";
constexpr const char* kPort = "5432";  // of a socket: only a part of its name

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

Result<int64_t> MajorVersion(const fs::path& data) {
  const std::string text = FAIRLINE_TRY(ReadFile(data / "PG_VERSION", 64));
  const int64_t major = std::atoll(text.c_str());
  if (major > 0) return major;
  return Fail(ErrorCode::kDataLoss, "the backup holds no PostgreSQL data directory", text);
}

// Short and private: a socket's path may have 107 bytes.
Result<fs::path> MakeSocketFolder() {
  uint64_t random;
  FillWithEntropy(&random, sizeof random);
  const fs::path folder = fs::path("/tmp") / fmt::format("fairline-{:016x}", random);
  if (mkdir(folder.c_str(), 0700) != 0) {
    return Fail(ErrorCode::kUnavailable, "no folder could be made in /tmp");
  }
  return folder;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '%') quoted += '%';  // restore_command's own escape
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return quoted + "'";
}

// Recovery under hot standby would need settings as large as the original's, so it is off.
std::string Configuration(const fs::path& socket_folder, const fs::path& wal,
                          const RecoveryGoal& goal) {
  std::string text = fmt::format(
      "listen_addresses = ''\nunix_socket_directories = {}\nport = {}\nhot_standby = off\n"
      "archive_mode = off\nshared_buffers = '256MB'\nmax_connections = 20\n"
      "recovery_target_timeline = 'latest'\nrestore_command = {}\n",
      Quoted(socket_folder.string()), kPort,
      Quoted(fmt::format("cp {}/%f \"%p\"", ShellQuoted(wal.string()))));
  if (goal.until_micros) {
    std::string moment = FormatTimestamp(*goal.until_micros);
    moment.replace(moment.size() - 1, 1, "+00");  // PostgreSQL's settings know no Z
    text += fmt::format("recovery_target_time = {}\nrecovery_target_action = 'promote'\n",
                        Quoted(moment));
  }
  return text;
}

std::vector<std::string> ServerCommand(const std::string& program, const fs::path& data,
                                       const fs::path& socket_folder) {
  std::vector<std::string> words = AsPostgresUser();
  words.insert(words.end(), {program, "-D", data.string()});
  // The command line wins over postgresql.auto.conf, which came with the backup.
  for (const char* file : {"config_file", "hba_file", "ident_file"}) {
    words.insert(words.end(), {"-c", fmt::format("{}={}", file, (socket_folder / file).string())});
  }
  for (const char* setting : {"listen_addresses=", "port=5432", "archive_mode=off", "ssl=off",
                              "hot_standby=off", "logging_collector=off", "log_destination=stderr",
                              "shared_preload_libraries=", "max_connections=20",
                              "synchronous_standby_names=", "external_pid_file="}) {
    words.insert(words.end(), {"-c", setting});
  }
  words.insert(words.end(), {"-c", "unix_socket_directories=" + socket_folder.string()});
  return words;
}

}  // namespace

std::vector<std::string> AsPostgresUser() {
  std::vector<std::string> words = {"setpriv", "--pdeathsig", "INT"};
  if (geteuid() == 0) {
    words.insert(words.end(), {fmt::format("--reuid={}", kUser), fmt::format("--regid={}", kUser),
                               "--clear-groups"});
  }
  return words;
}

Status GiveToPostgresUser(const fs::path& folder) {
  if (geteuid() != 0) return {};
  const passwd* user = getpwnam(kUser);
  if (user == nullptr) {
    return Fail(ErrorCode::kNotFound,
                "there is no user postgres on this machine, as which root could run PostgreSQL: "
                "install its server package");
  }
  std::error_code error;
  if (lchown(folder.c_str(), user->pw_uid, user->pw_gid) != 0)
    error.assign(errno, std::generic_category());
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (lchown(entry->path().c_str(), user->pw_uid, user->pw_gid) != 0) break;
  }
  if (!error) return {};
  return Fail(ErrorCode::kUnavailable, "the restored files could not be given to the user postgres",
              error.message());
}

Result<std::unique_ptr<PrivateCluster>> PrivateCluster::Start(const fs::path& data,
                                                              const fs::path& wal,
                                                              const RecoveryGoal& goal) {
  const int64_t major = FAIRLINE_TRY(MajorVersion(data));
  const std::string program = FAIRLINE_TRY(FindPostgresProgram("postgres", major));
  const std::string is_ready = FAIRLINE_TRY(FindPostgresProgram("pg_isready"));
  const fs::path folder = FAIRLINE_TRY(MakeSocketFolder());
  FAIRLINE_TRY(WriteFileAtomically(folder / "config_file", Configuration(folder, wal, goal)));
  FAIRLINE_TRY(WriteFileAtomically(folder / "hba_file", "local all all trust\n"));
  FAIRLINE_TRY(WriteFileAtomically(folder / "ident_file", ""));
  if (goal.recover) FAIRLINE_TRY(WriteFileAtomically(data / "recovery.signal", ""));
  FAIRLINE_TRY(GiveToPostgresUser(folder));
  FAIRLINE_TRY(GiveToPostgresUser(data));
  std::unique_ptr<PrivateCluster> cluster(new PrivateCluster(
      folder, FAIRLINE_TRY(ChildProcess::Start({ServerCommand(program, data, folder), {}, {}}))));
  FAIRLINE_TRY(cluster->AwaitReady(is_ready, goal.cancelled));
  return cluster;
}

PrivateCluster::PrivateCluster(fs::path folder, ChildProcess server)
    : folder_(std::move(folder)), server_(std::move(server)) {}

PrivateCluster::~PrivateCluster() {
  server_.Stop(SIGINT);  // "fast": sessions are ended, everything is written
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Status PrivateCluster::AwaitReady(const std::string& is_ready,
                                  const std::function<bool()>& cancelled) {
  while (server_.IsRunning()) {
    if (cancelled()) return Fail(ErrorCode::kCancelled, "the restore was stopped");
    auto asked =
        ChildProcess::Start({{is_ready, "-q", "-h", folder_.string(), "-p", kPort}, {}, {}});
    if (asked && asked->Finish()) return {};
    std::this_thread::sleep_for(kPause);
  }
  const std::string said = server_.Complaint();
  if (said.find("recovery ended before configured recovery target") != said.npos) {
    return Fail(
        ErrorCode::kFailedPrecondition,
        "the archived log ends before the moment of --until: choose an earlier one, or none "
        "to restore all there is");
  }
  if (said.find("is before consistent recovery point") != said.npos) {
    return Fail(ErrorCode::kFailedPrecondition,
                "the moment of --until is before the end of this backup: choose an earlier backup");
  }
  if (said.find("could not access directory") != said.npos) {
    return Fail(ErrorCode::kPermissionDenied,
                "the user postgres, as which root runs PostgreSQL, cannot reach the folder: choose "
                "one below folders that it may enter",
                said);
  }
  return Fail(ErrorCode::kUnavailable, "the restored PostgreSQL does not start", said);
}

std::string PrivateCluster::Url(const std::string& user, const std::string& database) const {
  return fmt::format("postgresql://{}@/{}?host={}&port={}", PercentEncoded(user),
                     PercentEncoded(database), PercentEncoded(folder_.string()), kPort);
}

}  // namespace fairline
