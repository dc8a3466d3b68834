// Statements in, rows out, and every SQLite result code put into words once.
#include "fairline/storage/sqlite_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "fairline/core/check.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

// Another process may hold the write lock for one group commit or one checkpoint; both are far
// shorter than this.
constexpr int kBusyTimeoutMillis = 10'000;
constexpr size_t kWriterCacheBytes = size_t{64} << 20;
constexpr int64_t kFrameHeaderBytes = 24;  // of a page in the log

// How often this thread has found a log that a program left behind which ended without closing.
// That SQLite says so in its own log is the only sign of it.
thread_local int64_t found_logs = 0;

void HearSqlite(void*, int code, const char*) {
  if (code == SQLITE_NOTICE_RECOVER_WAL) ++found_logs;
}

// Before anything uses SQLite, which takes this setting only then.
const int kHearing = sqlite3_config(SQLITE_CONFIG_LOG, HearSqlite, static_cast<void*>(nullptr));

ErrorCode ConstraintCode(int extended) {
  const bool taken =
      extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY;
  return taken ? ErrorCode::kAlreadyExists : ErrorCode::kFailedPrecondition;
}

Error Translate(int extended, std::string detail) {
  const auto error = [&](ErrorCode code, std::string message) {
    return Error{code, std::move(message), std::move(detail), {}};
  };
  switch (extended & 0xff) {
    case SQLITE_FULL:
      return error(ErrorCode::kUnavailable,
                   "the disk is full: nothing was stored; free some space and try again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorCode::kUnavailable,
                   "the database is locked by another program: try again in a moment");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return error(ErrorCode::kDataLoss,
                   "the database file is damaged or not a database: restore it from a backup");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return error(ErrorCode::kUnavailable,
                   "the database file cannot be opened for writing: check the permissions of the "
                   "data folder");
    case SQLITE_IOERR:
      return error(ErrorCode::kUnavailable,
                   "the database file could not be read or written: check the disk");
    case SQLITE_NOMEM:
      return error(ErrorCode::kUnavailable, "out of memory");
    case SQLITE_CONSTRAINT:
      return error(ConstraintCode(extended), "the database refused a row that breaks its rules");
    case SQLITE_TOOBIG:
      return error(ErrorCode::kTooLarge, "a value is too large to be stored");
    default:
      return error(ErrorCode::kInternal, "the database failed");
  }
}

std::string ColumnBytes(sqlite3_stmt* statement, int column) {
  const void* bytes = sqlite3_column_blob(statement, column);
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

Value ColumnValue(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return std::monostate{};
    case SQLITE_BLOB:
      return Blob{ColumnBytes(statement, column)};
    default:
      return ColumnBytes(statement, column);
  }
}

// Binds one value; the caller's vector outlives the statement's run, so nothing is copied.
struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  int operator()(const std::string& value) const {
    return sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const Blob& value) const {
    return sqlite3_bind_blob64(statement, index, value.bytes.data(), value.bytes.size(),
                               SQLITE_STATIC);
  }
};

// Puts a statement back so that it holds no snapshot and no pointer into the caller's values.
struct ResetOnExit {
  sqlite3_stmt* statement;
  ~ResetOnExit() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const SqliteFile& file,
                                                                 Access access) {
  FAIRLINE_CHECK(kHearing == SQLITE_OK, "SQLite says when it finds a log");
  const int create = access == Access::kWrite ? SQLITE_OPEN_CREATE : 0;
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(file.path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create,
                      file.vfs.empty() ? nullptr : file.vfs.c_str());
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(Handle(raw)));
  if (code != SQLITE_OK) return connection->Failure(code);
  FAIRLINE_TRY(connection->Configure(access));
  return connection;
}

Status SqliteConnection::Configure(Access access) {
  sqlite3_extended_result_codes(handle_.get(), 1);
  sqlite3_busy_timeout(handle_.get(), kBusyTimeoutMillis);
  if (access == Access::kWrite) {
    const int64_t found_before = found_logs;
    const auto mode = FAIRLINE_TRY(Run("PRAGMA journal_mode = WAL"));
    if (mode.empty() || mode[0][0] != Value(std::string("wal"))) {
      return Fail(ErrorCode::kUnavailable,
                  "the data folder's file system cannot hold a write-ahead log");
    }
    if (found_logs != found_before) FAIRLINE_TRY(WriteLogAgain());
    FAIRLINE_TRY(Run(fmt::format("PRAGMA cache_size = -{}", kWriterCacheBytes / 1024)));
    FAIRLINE_TRY(Run(fmt::format("PRAGMA journal_size_limit = {}", limits::kWalBytes)));
    // What is deleted or overwritten is gone from the file, not only from the tables.
    FAIRLINE_TRY(Run("PRAGMA secure_delete = ON"));
  }
  FAIRLINE_TRY(Run("PRAGMA wal_autocheckpoint = 0"));  // a SqliteCheckpointer does it
  FAIRLINE_TRY(Run("PRAGMA synchronous = FULL"));
  FAIRLINE_TRY(Run("PRAGMA foreign_keys = ON"));
  FAIRLINE_TRY(Run("PRAGMA temp_store = MEMORY"));
  if (access == Access::kRead) {
    FAIRLINE_TRY(Run("PRAGMA query_only = ON"));
    KeepLogOnClose();  // the writer's business
  }
  page_bytes_ = std::get<int64_t>(FAIRLINE_TRY(Run("PRAGMA page_size"))[0][0]);
  return {};
}

Result<std::vector<Row>> SqliteConnection::Run(std::string_view sql,
                                               const std::vector<Value>& parameters) {
  const Statement* statement = FAIRLINE_TRY(Prepare(sql));
  sqlite3_stmt* handle = statement->handle.get();
  const ResetOnExit reset{handle};
  FAIRLINE_TRY(Bind(*statement, parameters));
  std::vector<Row> rows;
  int code = sqlite3_step(handle);
  for (; code == SQLITE_ROW; code = sqlite3_step(handle)) {
    Row& row = rows.emplace_back();
    const int columns = sqlite3_data_count(handle);
    row.reserve(static_cast<size_t>(columns));
    for (int column = 0; column < columns; ++column) row.push_back(ColumnValue(handle, column));
  }
  if (code != SQLITE_DONE) return Failure(code);
  return rows;
}

Status SqliteConnection::RunMany(std::string_view sql, std::span<const std::vector<Value>> rows) {
  const Statement* statement = FAIRLINE_TRY(Prepare(sql));
  const ResetOnExit reset{statement->handle.get()};
  for (const std::vector<Value>& row : rows) {
    FAIRLINE_TRY(Bind(*statement, row));
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement->handle.get());
    if (code != SQLITE_DONE) return Failure(code);
    sqlite3_reset(statement->handle.get());
  }
  return {};
}

void SqliteConnection::OnCommit(std::function<void(int64_t log_bytes)> told) {
  told_ = std::move(told);
  sqlite3_wal_hook(
      handle_.get(),
      [](void* self, sqlite3*, const char*, int pages) {
        const auto* connection = static_cast<SqliteConnection*>(self);
        connection->told_(pages * (connection->page_bytes_ + kFrameHeaderBytes));
        return SQLITE_OK;
      },
      this);
}

// A sync that failed leaves pages that the kernel takes for clean though the disk never had them. A
// program that ends there leaves a log which reads well, and whose later syncs would not cover
// those pages: commits after them would be lost with the power.
Status SqliteConnection::WriteLogAgain() {
  constexpr int64_t kBlockBytes = int64_t{1} << 16;  // SQLite writes less than 2^17 at a time
  sqlite3_file* log = nullptr;
  sqlite3_int64 size = 0;
  FAIRLINE_TRY(Run("BEGIN IMMEDIATE"));  // nobody else writes meanwhile
  int code = sqlite3_file_control(handle_.get(), nullptr, SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (code == SQLITE_OK) code = log->pMethods->xFileSize(log, &size);
  // The first sync may report the failure of the past, and then has marked everything clean again.
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::string block;
    for (int64_t offset = 0; offset < size && code == SQLITE_OK; offset += kBlockBytes) {
      block.resize(static_cast<size_t>(std::min<int64_t>(kBlockBytes, size - offset)));
      const auto bytes = static_cast<int>(block.size());
      code = log->pMethods->xRead(log, block.data(), bytes, offset);
      if (code == SQLITE_OK) code = log->pMethods->xWrite(log, block.data(), bytes, offset);
    }
    if (code == SQLITE_OK) code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (code != SQLITE_IOERR_FSYNC) break;
    if (attempt == 0) code = SQLITE_OK;
  }
  FAIRLINE_TRY(Run("ROLLBACK"));
  if (code == SQLITE_OK) return {};
  return std::unexpected(
      Translate(code, fmt::format("SQLite {}: the log was not written again", code)));
}

Result<SqliteConnection::LogState> SqliteConnection::CopyLog() {
  const LogState state = FAIRLINE_TRY(Checkpoint(SQLITE_CHECKPOINT_PASSIVE, 0));
  // SQLite syncs the file only when all of the log is in it. Left to that, the last copy, for which
  // writers stand still, would have to bring everything to the disk.
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(handle_.get(), nullptr, SQLITE_FCNTL_FILE_POINTER, &file);
  if (code == SQLITE_OK) code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) return SyncFailure(code);
  return state;
}

Result<SqliteConnection::LogState> SqliteConnection::Checkpoint(int mode, int reader_ms) {
  int pages = 0, copied = 0;  // negative when another process is copying
  sqlite3_busy_timeout(handle_.get(), reader_ms);
  const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, &pages, &copied);
  sqlite3_busy_timeout(handle_.get(), kBusyTimeoutMillis);
  if (code == SQLITE_IOERR_FSYNC) return SyncFailure(code);
  if (code != SQLITE_OK && code != SQLITE_BUSY) return Failure(code);
  const int64_t frame_bytes = page_bytes_ + kFrameHeaderBytes;
  return LogState{.bytes = std::max(pages, 0) * frame_bytes,
                  .copied_bytes = std::max(copied, 0) * frame_bytes,
                  .starts_over = mode != SQLITE_CHECKPOINT_PASSIVE && code == SQLITE_OK};
}

Result<const SqliteConnection::Statement*> SqliteConnection::Prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    return &known->second;
  }
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement;
  statement.handle.reset(raw);
  if (code != SQLITE_OK) return Failure(code);
  // SQLite numbers `$1`, `$2` by first appearance and PostgreSQL by the digits: the digits win.
  const int count = sqlite3_bind_parameter_count(raw);
  for (int index = 1; index <= count; ++index) {
    const char* name = sqlite3_bind_parameter_name(raw, index);
    const std::string_view digits = name == nullptr ? "" : name + 1;
    size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number < 1 || number > static_cast<size_t>(count)) {
      return Fail(ErrorCode::kInternal, "the database failed",
                  fmt::format("parameters are not $1, $2, …: {}", sql));
    }
    statement.numbers.push_back(number);
  }
  return &statements_.emplace(sql, std::move(statement)).first->second;
}

Status SqliteConnection::Bind(const Statement& statement, const std::vector<Value>& parameters) {
  if (statement.numbers.size() != parameters.size()) {
    return Fail(ErrorCode::kInternal, "the database failed",
                fmt::format("{} parameters given for {}", parameters.size(),
                            sqlite3_sql(statement.handle.get())));
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int code = std::visit(Binder{statement.handle.get(), static_cast<int>(i + 1)},
                                parameters[statement.numbers[i] - 1]);
    if (code != SQLITE_OK) return Failure(code);
  }
  return {};
}

void SqliteConnection::KeepLogOnClose() {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

std::unexpected<Error> SqliteConnection::SyncFailure(int code) {
  sync_failed_ = true;
  return std::unexpected(Translate(code, fmt::format("SQLite {}: the file was not synced", code)));
}

std::unexpected<Error> SqliteConnection::Failure(int code) const {
  sqlite3* handle = handle_.get();
  const int extended = handle == nullptr ? code : sqlite3_extended_errcode(handle);
  const char* text = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  return std::unexpected(Translate(extended, fmt::format("SQLite {}: {}", extended, text)));
}

}  // namespace fairline
