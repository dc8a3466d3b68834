// See sqlite_backup.h. The source holds one read transaction for the whole copy: SQLite starts a
// copy over whenever another process has written between two steps, and beside a busy server it
// would never end.
#include "fairline/storage/sqlite_backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <system_error>

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr int kPagesPerStep = 4096;
constexpr int kBusyTimeoutMillis = 10'000;

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};
using Backup = std::unique_ptr<sqlite3_backup, FinishBackup>;

std::unexpected<Error> Failure(int code, std::string_view doing) {
  const std::string detail = fmt::format("SQLite {}: {}", code, sqlite3_errstr(code));
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Fail(ErrorCode::kUnavailable, fmt::format("cannot {}: the disk is full", doing),
                  detail);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fail(ErrorCode::kDataLoss, fmt::format("cannot {}: the database is damaged", doing),
                  detail);
    default:
      return Fail(ErrorCode::kUnavailable, fmt::format("cannot {}", doing), detail);
  }
}

Result<Handle> Open(const fs::path& file, int flags, std::string_view doing) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return Failure(code, doing);
  sqlite3_busy_timeout(raw, kBusyTimeoutMillis);
  return handle;
}

Status Run(sqlite3* handle, const char* sql, std::string_view doing) {
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failure(code, doing);
  return {};
}

// SQLite itself would make it readable by everyone.
Status CreatePrivate(const fs::path& file) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Fail(ErrorCode::kUnavailable, "the copy of the database cannot be written",
                fmt::format("{}: {}", file.string(), std::generic_category().message(errno)));
  }
  close(descriptor);
  return {};
}

}  // namespace

fs::path SqliteFileOf(std::string_view url) {
  constexpr std::string_view kScheme = "sqlite:";
  if (!url.starts_with(kScheme)) return url;
  url = url.substr(kScheme.size(), url.find('?') - kScheme.size());
  return url.starts_with("//") ? url.substr(2) : url;
}

Result<uintmax_t> SqliteCopyBytes(const fs::path& file) {
  std::error_code error;
  const uintmax_t bytes = fs::file_size(file, error);
  if (error) {
    return Fail(ErrorCode::kNotFound, fmt::format("there is no database at {}", file.string()),
                error.message());
  }
  const uintmax_t log = fs::file_size(file.string() + "-wal", error);
  return bytes + (error ? 0 : log);
}

Status CopySqlite(const fs::path& file, const fs::path& target,
                  const std::function<bool()>& cancelled) {
  constexpr std::string_view kDoing = "copy the database";
  FAIRLINE_TRY(CreatePrivate(target));
  const Handle source = FAIRLINE_TRY(Open(file, SQLITE_OPEN_READWRITE, kDoing));
  const Handle copy = FAIRLINE_TRY(Open(target, SQLITE_OPEN_READWRITE, kDoing));
  // A copy that fails is thrown away, so it needs neither journal nor syncs.
  FAIRLINE_TRY(Run(copy.get(), "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", kDoing));
  FAIRLINE_TRY(Run(source.get(), "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", kDoing));
  const Backup backup(sqlite3_backup_init(copy.get(), "main", source.get(), "main"));
  if (!backup) return Failure(sqlite3_errcode(copy.get()), kDoing);
  while (true) {
    if (cancelled()) return Fail(ErrorCode::kCancelled, "the backup was stopped");
    const int code = sqlite3_backup_step(backup.get(), kPagesPerStep);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_OK) return Failure(code, kDoing);
  }
}

Status CheckSqlite(const fs::path& file) {
  constexpr std::string_view kDoing = "check the database";
  const Handle handle = FAIRLINE_TRY(Open(file, SQLITE_OPEN_READWRITE, kDoing));
  std::string findings;
  const auto collect = [](void* into, int, char** columns, char**) {
    static_cast<std::string*>(into)->append(columns[0] != nullptr ? columns[0] : "").append("; ");
    return 0;
  };
  const int code =
      sqlite3_exec(handle.get(), "PRAGMA quick_check(10)", collect, &findings, nullptr);
  if (code != SQLITE_OK) return Failure(code, kDoing);
  if (findings == "ok; ") return {};
  return Fail(ErrorCode::kDataLoss, "the database is damaged", findings);
}

}  // namespace fairline
