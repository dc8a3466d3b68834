// One SQLite connection with its prepared statements. Used by one thread at a time.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

class SqliteConnection {
 public:
  enum class Access { kRead, kWrite };

  /// Opens the file, which a writing connection creates when it is absent, and sets the durability
  /// and waiting rules of every connection. kUnavailable when it cannot be opened or written.
  static Result<std::unique_ptr<SqliteConnection>> Open(const std::filesystem::path& file,
                                                        Access access);

  /// Runs one statement to its end and returns its rows. Statements are prepared once and kept.
  Result<std::vector<Row>> Run(std::string_view sql, const std::vector<Value>& parameters = {});

  /// True between BEGIN and COMMIT or ROLLBACK; SQLite itself rolls back after some failures.
  bool InTransaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

 private:
  struct CloseHandle {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Handle = std::unique_ptr<sqlite3, CloseHandle>;
  using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

  explicit SqliteConnection(Handle handle) : handle_(std::move(handle)) {}
  Result<sqlite3_stmt*> Prepare(std::string_view sql);
  Status Bind(sqlite3_stmt* statement, const std::vector<Value>& parameters);
  std::unexpected<Error> Failure(int code) const;

  Handle handle_;  // declared first: closed after the statements are finalized
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
};

}  // namespace fairline
