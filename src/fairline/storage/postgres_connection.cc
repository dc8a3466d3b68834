// The pipeline: Send puts a statement into libpq's buffer, which is written as the socket takes it;
// Collect ends it with a synchronisation point and reads the answers. The socket never blocks, so
// that answers are taken in while statements still go out and no full buffer stops both sides.
#include "fairline/storage/postgres_connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <utility>

#include "fairline/core/limits.h"
#include "fairline/storage/postgres_error.h"
#include "fairline/storage/postgres_insert.h"

namespace fairline {
namespace {

constexpr size_t kPreparedStatements = 256;  // of a connection; others are planned each time
// Rows to a statement: half the time of a row alone at 32, and no gain beyond. What does not fill a
// statement goes by fours, then alone.
constexpr size_t kRowsOfAStatement[] = {32, 4};
// So long the server may be silent; then as long again to answer a new caller, or it is gone.
constexpr int kSilenceMillis = limits::kDatabasePatienceMillis / 2;
constexpr int kSilences = 700;  // more than the longest statement has

// What every session promises: a commit is on the server's disk, nobody waits for a lock longer
// than for SQLite's, and a session whose client vanished does not hold its locks for long.
constexpr const char* kSettings =
    "SET lock_timeout = '10s'; SET statement_timeout = '5min'; "
    "SET idle_in_transaction_session_timeout = '30s'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; "
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')";
constexpr const char* kReadOnly = "SET default_transaction_read_only = on";
// A session plans a write, and the checks of foreign keys that come with it, once, perhaps while
// the tables have ten rows and a scan of all is right; it would scan a million later. Plans that
// cost as much as a forbidden scan would be compiled to machine code, hence the second setting.
constexpr const char* kWriting = "SET enable_seqscan = off; SET jit = off";

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

bool Succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(const std::string& url,
                                                                     Access access) {
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(url));
  connection->handle_ = FAIRLINE_TRY(ConnectPostgres(url));
  FAIRLINE_TRY(connection->Configure(access));
  return connection;
}

Status PostgresConnection::Configure(Access access) {
  PGconn* handle = handle_.get();
  // Notices of the server have no reader here and would go to stderr.
  PQsetNoticeReceiver(handle, [](void*, const PGresult*) {}, nullptr);
  if (PQsetnonblocking(handle, 1) != 0) return Lost(PQerrorMessage(handle));
  const std::string settings =
      fmt::format("{}; {}", access == Access::kRead ? kReadOnly : kWriting, kSettings);
  if (PQsendQuery(handle, settings.c_str()) == 0) return Lost(PQerrorMessage(handle));
  while (const ResultPtr result{FAIRLINE_TRY(NextResult())}) {
    if (!Succeeded(result.get())) return std::unexpected(PostgresFailure(result.get()));
  }
  if (PQenterPipelineMode(handle) == 0) return Lost(PQerrorMessage(handle));
  return {};
}

Status PostgresConnection::Send(std::string_view sql, std::span<const Value> parameters) {
  parameters_.Start(parameters.size());
  FAIRLINE_TRY(parameters_.Add(parameters));
  return SendParameters(sql);
}

Status PostgresConnection::SendMany(std::string_view sql,
                                    std::span<const std::vector<Value>> rows) {
  for (const size_t many : kRowsOfAStatement) {
    while (rows.size() >= many) {
      const std::string& repeated = Repeated(sql, rows[0].size(), many);
      if (repeated.empty()) break;
      parameters_.Start(rows[0].size() * many);
      for (const std::vector<Value>& row : rows.first(many)) FAIRLINE_TRY(parameters_.Add(row));
      FAIRLINE_TRY(SendParameters(repeated));
      rows = rows.subspan(many);
    }
  }
  for (const std::vector<Value>& row : rows) FAIRLINE_TRY(Send(sql, row));
  return {};
}

const std::string& PostgresConnection::Repeated(std::string_view sql, size_t parameters,
                                                size_t rows) {
  BySql<std::string>& of_this_many = repeated_[rows];
  auto known = of_this_many.find(sql);
  if (known == of_this_many.end()) {
    auto repeated = RepeatValues(sql, parameters, rows);
    known = of_this_many.emplace(sql, std::move(repeated).value_or("")).first;
  }
  return known->second;
}

Status PostgresConnection::SendParameters(std::string_view sql) {
  const std::string name = FAIRLINE_TRY(Prepare(sql));
  const int sent =
      name.empty()
          ? PQsendQueryParams(handle_.get(), std::string(sql).c_str(), parameters_.count(), nullptr,
                              parameters_.texts(), parameters_.lengths(), parameters_.formats(), 0)
          : PQsendQueryPrepared(handle_.get(), name.c_str(), parameters_.count(),
                                parameters_.texts(), parameters_.lengths(), parameters_.formats(),
                                0);
  if (sent == 0) return Lost(PQerrorMessage(handle_.get()));
  sent_.emplace_back();
  return {};
}

Result<std::string> PostgresConnection::Prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second;
  if (statements_.size() >= kPreparedStatements) return std::string();
  const std::string name = fmt::format("s{}", ++names_);
  const std::string text(sql);
  if (PQsendPrepare(handle_.get(), name.c_str(), text.c_str(), 0, nullptr) == 0) {
    return Lost(PQerrorMessage(handle_.get()));
  }
  sent_.push_back(text);
  statements_.emplace(text, name);
  return name;
}

Result<std::vector<Row>> PostgresConnection::Collect() {
  if (lost_) return std::unexpected(PostgresGone("the connection was lost before"));
  if (PQpipelineSync(handle_.get()) == 0) return Lost(PQerrorMessage(handle_.get()));
  Result<std::vector<Row>> rows;
  for (; !sent_.empty(); sent_.pop_front()) {
    bool done = true;
    while (const ResultPtr result{FAIRLINE_TRY(NextResult())}) {
      done = done && Succeeded(result.get());
      if (!rows || PQresultStatus(result.get()) == PGRES_PIPELINE_ABORTED) continue;
      rows = done ? PostgresRows(result.get()) : std::unexpected(PostgresFailure(result.get()));
    }
    if (!done && !sent_.front().empty()) statements_.erase(sent_.front());
  }
  const ResultPtr end{FAIRLINE_TRY(NextResult())};
  if (!rows && EndsPostgresConnection(rows.error())) lost_ = true;
  if (PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) return Lost(PQerrorMessage(handle_.get()));
  return rows;
}

Result<PGresult*> PostgresConnection::NextResult() {
  while (PQisBusy(handle_.get()) != 0) FAIRLINE_TRY(AwaitServer());
  PGresult* result = PQgetResult(handle_.get());
  if (PQstatus(handle_.get()) != CONNECTION_BAD) return result;
  // The server may have said why it ends the session; what follows is a broken connection.
  const ResultPtr owned(result);
  lost_ = true;
  return std::unexpected(owned == nullptr ? PostgresGone(PQerrorMessage(handle_.get()))
                                          : PostgresFailure(owned.get()));
}

Status PostgresConnection::AwaitServer() {
  PGconn* handle = handle_.get();
  for (int silences = 0;; ++silences) {
    const int unsent = PQflush(handle);
    if (unsent < 0) return Lost(PQerrorMessage(handle));
    const short events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
    if (AwaitSocket(PQsocket(handle), events, kSilenceMillis)) break;
    if (silences >= kSilences || !PostgresLives(url_, kSilenceMillis)) {
      return Lost("PostgreSQL gave no sign of life");
    }
  }
  if (PQconsumeInput(handle) == 0) return Lost(PQerrorMessage(handle));
  return {};
}

bool PostgresConnection::EndedByServer() {
  return AwaitSocket(PQsocket(handle_.get()), POLLIN, 0) &&
         (PQconsumeInput(handle_.get()) == 0 || PQstatus(handle_.get()) == CONNECTION_BAD ||
          AwaitSocket(PQsocket(handle_.get()), POLLIN, 0));
}

std::unexpected<Error> PostgresConnection::Lost(std::string detail) {
  lost_ = true;
  return std::unexpected(PostgresGone(std::move(detail)));
}

}  // namespace fairline
