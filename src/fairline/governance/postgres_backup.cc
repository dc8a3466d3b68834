// See postgres_backup.h.
#include "fairline/governance/postgres_backup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "fairline/governance/backup_process.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDebianFolder = "/usr/lib/postgresql";

struct Connection {
  std::string url;  // without the password, which other users could see in the list of processes
  std::string password;
};

std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded +=
          static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// user:password@ before the host and password=… among the parameters are the two places.
Connection WithoutPassword(std::string_view url) {
  Connection connection{std::string(url), ""};
  std::string& text = connection.url;
  const size_t start = text.find("://");
  const size_t host = start == text.npos ? 0 : start + 3;
  const size_t end = std::min(text.find_first_of("/?", host), text.size());
  const size_t at = text.substr(0, end).rfind('@');
  const size_t colon = text.find(':', host);
  if (at != text.npos && at > host && colon < at) {
    connection.password = PercentDecoded(text.substr(colon + 1, at - colon - 1));
    text.erase(colon, at - colon);
  }
  for (const char* lead : {"?password=", "&password="}) {
    const size_t parameter = text.find(lead);
    if (parameter == text.npos) continue;
    const size_t value = parameter + std::string_view(lead).size();
    const size_t stop = std::min(text.find('&', value), text.size());
    connection.password = PercentDecoded(text.substr(value, stop - value));
    text.erase(parameter + 1, std::min(stop + 1, text.size()) - parameter - 1);
  }
  return connection;
}

bool IsProgram(const fs::path& path) { return access(path.c_str(), X_OK) == 0; }

std::optional<fs::path> InPath(std::string_view name) {
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "" : variable;
  while (!folders.empty()) {
    const fs::path path = fs::path(folders.substr(0, folders.find(':'))) / name;
    if (IsProgram(path)) return path;
    folders.remove_prefix(std::min(folders.size(), folders.find(':')));
    if (!folders.empty()) folders.remove_prefix(1);
  }
  return std::nullopt;
}

// The newest of Debian's folders, or the one of that version.
std::optional<fs::path> InDebianFolders(std::string_view name, std::optional<int64_t> major) {
  std::optional<fs::path> found;
  int64_t newest = 0;
  std::error_code ignored;
  for (const auto& folder : fs::directory_iterator(kDebianFolder, ignored)) {
    const int64_t version = std::atoll(folder.path().filename().c_str());
    const fs::path path = folder.path() / "bin" / name;
    if (version <= newest || (major && version != *major) || !IsProgram(path)) continue;
    newest = version;
    found = path;
  }
  return found;
}

Status Explain(Error error) {
  const std::string& said = error.detail;
  if (said.find("replication") != said.npos || said.find("pg_hba.conf") != said.npos) {
    error.message +=
        ": the role needs the right of replication (ALTER ROLE … REPLICATION) and pg_hba.conf a "
        "line `host replication …` for it";
  } else {
    error.message += ": the base backup of PostgreSQL could not be made";
  }
  return std::unexpected(std::move(error));
}

}  // namespace

Status SealPostgres(std::string_view url, Database& database, PartsWriter& writer,
                    BackupManifest& manifest, const Cancelled& cancelled) {
  const std::string program = FAIRLINE_TRY(FindPostgresProgram("pg_basebackup"));
  const auto rows = FAIRLINE_TRY(
      database.Query("SELECT pg_walfile_name(pg_current_wal_lsn()), CAST(current_user AS TEXT), "
                     "CAST(current_database() AS TEXT)"));
  manifest.wal_start = std::get<std::string>(rows[0][0]);
  manifest.database_user = std::get<std::string>(rows[0][1]);
  manifest.database_name = std::get<std::string>(rows[0][2]);

  const Connection connection = WithoutPassword(url);
  ChildProcess::Call call{{program, "--pgdata=-", "--format=tar", "--wal-method=fetch",
                           "--checkpoint=fast", "--no-password", "--dbname=" + connection.url},
                          {},
                          ChildProcess::Pipe::kOutput};
  if (!connection.password.empty())
    call.environment.emplace_back("PGPASSWORD", connection.password);
  ChildProcess base_backup = FAIRLINE_TRY(ChildProcess::Start(call));
  while (true) {
    if (cancelled()) return Fail(ErrorCode::kCancelled, "the backup was stopped");
    const std::string bytes = FAIRLINE_TRY(base_backup.Read());
    if (bytes.empty()) break;
    FAIRLINE_TRY(writer.Write(bytes));
  }
  if (Status finished = base_backup.Finish(); !finished)
    return Explain(std::move(finished).error());
  return {};
}

Result<std::string> FindPostgresProgram(std::string_view name, std::optional<int64_t> major) {
  auto found = InDebianFolders(name, major);
  if (!found) found = InPath(name);
  if (found) return found->string();
  return Fail(ErrorCode::kNotFound,
              fmt::format("PostgreSQL's program {} is not installed here: install the package "
                          "postgresql{} or put its folder into PATH",
                          name, major ? fmt::format("-{}", *major) : "-client"));
}

}  // namespace fairline
