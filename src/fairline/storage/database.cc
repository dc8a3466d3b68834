// Which database a URL names.
#include "fairline/storage/database.h"

#include <fmt/format.h>

#include "fairline/storage/postgres_database.h"
#include "fairline/storage/sqlite_database.h"

namespace fairline {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

// sqlite:///absolute, sqlite:relative, and for tests ?vfs=NAME.
Result<std::unique_ptr<Database>> OpenSqliteUrl(std::string_view url, Metrics* metrics) {
  std::string_view path = url.substr(kSqliteScheme.size());
  std::string_view vfs;
  if (const size_t query = path.find('?'); query != std::string_view::npos) {
    constexpr std::string_view kVfs = "vfs=";
    vfs = path.substr(query + 1);
    if (!vfs.starts_with(kVfs)) {
      return Fail(ErrorCode::kInvalidArgument, "the URL of a SQLite file has nothing after '?'");
    }
    vfs.remove_prefix(kVfs.size());
    path = path.substr(0, query);
  }
  if (path.starts_with("///")) {
    path.remove_prefix(2);
  } else if (path.starts_with("//")) {
    return Fail(ErrorCode::kInvalidArgument,
                "the URL of a SQLite file reads sqlite:///absolute/path or sqlite:relative/path");
  }
  if (path.empty() || path.ends_with('/')) {
    return Fail(ErrorCode::kInvalidArgument, "the URL of the SQLite file names no file");
  }
  return OpenSqlite({.path = path, .vfs = std::string(vfs)}, metrics);
}

}  // namespace

Result<std::unique_ptr<Database>> OpenDatabase(std::string_view url, Metrics* metrics) {
  if (url.starts_with(kSqliteScheme)) return OpenSqliteUrl(url, metrics);
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return OpenPostgres(std::string(url), metrics);
  }
  // The rest may be a password: nothing of it is shown.
  return Fail(ErrorCode::kInvalidArgument,
              "the database's URL starts with sqlite: or postgresql://");
}

Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& file, Metrics* metrics) {
  return OpenSqlite(SqliteFile{.path = file, .vfs = {}}, metrics);
}

}  // namespace fairline
