// Writers that must be alone take their turn twice: by a mutex among the threads of this process,
// by an advisory lock of the server among processes.
#include "fairline/storage/postgres_database.h"

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "fairline/core/limits.h"
#include "fairline/core/log.h"
#include "fairline/core/random.h"
#include "fairline/storage/first_failure.h"
#include "fairline/storage/migrations.h"
#include "fairline/storage/postgres_error.h"
#include "fairline/storage/postgres_pool.h"
#include "fairline/storage/postgres_server.h"

namespace fairline {
namespace {

using Access = PostgresConnection::Access;

// Waits no longer than lock_timeout.
constexpr std::string_view kLockForAlone =
    "SELECT pg_advisory_xact_lock(7307212344721012)";  // any number that nobody else uses
// Of a transaction that the server ends to resolve a deadlock, with pauses by chance between them.
constexpr int kAttempts = 5;
constexpr uint64_t kPauseMillis = 50;
constexpr size_t kWriters = limits::kDatabaseConnections / 2;
constexpr size_t kReaders = limits::kDatabaseConnections - kWriters;

class PostgresTransaction : public Transaction {
 public:
  explicit PostgresTransaction(PostgresConnection& connection) : connection_(connection) {}

  Status Begin(Turn turn) {
    FAIRLINE_TRY(failure_.Keep(connection_.Send("BEGIN", {})));
    if (turn == Turn::kBeside) return {};
    return failure_.Keep(connection_.Send(kLockForAlone, {}));
  }
  Status Execute(std::string_view sql, const std::vector<Value>& parameters) override {
    FAIRLINE_TRY(failure_.Check());
    return failure_.Keep(connection_.Send(sql, parameters));
  }
  Status ExecuteMany(std::string_view sql, std::span<const std::vector<Value>> rows) override {
    FAIRLINE_TRY(failure_.Check());
    return failure_.Keep(connection_.SendMany(sql, rows));
  }
  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    FAIRLINE_TRY(failure_.Check());
    FAIRLINE_TRY(failure_.Keep(connection_.Send(sql, parameters)));
    return failure_.Keep(connection_.Collect());
  }
  Status Commit() {
    FAIRLINE_TRY(Query("COMMIT", {}));
    return {};
  }
  /// Leaves the connection without a transaction, or lost.
  void Rollback() {
    static_cast<void>(connection_.Collect());
    if (connection_.lost() || !connection_.InTransaction()) return;
    static_cast<void>(connection_.Send("ROLLBACK", {}));
    static_cast<void>(connection_.Collect());
  }

 private:
  PostgresConnection& connection_;
  FirstFailure failure_;
};

class PostgresDatabase : public Database {
 public:
  PostgresDatabase(const std::string& url, Metrics* metrics)
      : readers_(url, Access::kRead, kReaders, metrics),
        writers_(url, Access::kWrite, kWriters, metrics) {}

  DatabaseKind kind() const override { return DatabaseKind::kPostgres; }

  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    const PostgresPool::Lease reader = FAIRLINE_TRY(readers_.Take());
    FAIRLINE_TRY(reader->Send(sql, parameters));
    return reader->Collect();
  }

  Status Write(const std::function<Status(Transaction&)>& work, Turn turn) override {
    std::unique_lock alone(alone_, std::defer_lock);
    if (turn == Turn::kAlone) alone.lock();
    for (int attempt = 1;; ++attempt) {
      Status status = WriteOnce(work, turn);
      if (status || attempt == kAttempts || !IsPostgresDeadlock(status.error())) return status;
      uint64_t random = 0;
      FillWithEntropy(&random, sizeof random);
      std::this_thread::sleep_for(std::chrono::milliseconds(random % kPauseMillis));
    }
  }

  Status PurgeDeleted(std::span<const std::string_view> tables) override {
    const PostgresPool::Lease writer = FAIRLINE_TRY(writers_.Take());
    FAIRLINE_TRY(writer->Send(fmt::format("VACUUM {}", fmt::join(tables, ", ")), {}));
    FAIRLINE_TRY(writer->Collect());
    return {};
  }

 private:
  Status WriteOnce(const std::function<Status(Transaction&)>& work, Turn turn) {
    const PostgresPool::Lease writer = FAIRLINE_TRY(writers_.Take());
    PostgresTransaction transaction(*writer);
    Status status = transaction.Begin(turn);
    if (status) status = work(transaction);
    if (status) status = transaction.Commit();
    if (!status) transaction.Rollback();
    return status;
  }

  PostgresPool readers_;
  PostgresPool writers_;
  std::mutex alone_;
};

void WarnIfNotDurable(Database& database) {
  const auto rows = database.Query("SELECT current_setting('fsync')");
  if (rows && (*rows)[0][0] == Value(std::string("off"))) {
    LogWarning("database.not_durable",
               {{"message", "PostgreSQL runs with fsync = off: a power loss can damage it"}});
  }
}

}  // namespace

Result<std::unique_ptr<Database>> OpenPostgres(const std::string& url, Metrics* metrics) {
  FAIRLINE_TRY(CheckPostgresUrl(url));
  auto database = std::make_unique<PostgresDatabase>(url, metrics);
  if (Status status = BringUpToDate(*database); !status) {
    Error error = std::move(status).error();
    // Whoever starts the program needs the server's own reason; it holds no password.
    error.message = fmt::format("{}: {}", PostgresAddress(url), error.message);
    if (!error.detail.empty()) error.message += fmt::format(" ({})", error.detail);
    return std::unexpected(std::move(error));
  }
  WarnIfNotDurable(*database);
  return database;
}

}  // namespace fairline
