// One connection to PostgreSQL in pipeline mode: statements are sent without waiting for answers.
// Used by one thread at a time. No call waits longer than the server shows that it lives.
#pragma once

#include <libpq-fe.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"
#include "fairline/storage/postgres_server.h"
#include "fairline/storage/postgres_value.h"

namespace fairline {

class PostgresConnection {
 public:
  enum class Access { kRead, kWrite };

  /// kUnavailable, with the server's reason in the detail.
  static Result<std::unique_ptr<PostgresConnection>> Open(const std::string& url, Access access);

  /// Hands a statement to the server. Its failure is told by the next Collect, and what was sent
  /// after it is not run.
  Status Send(std::string_view sql, std::span<const Value> parameters);
  /// An INSERT for every row, many to a statement.
  Status SendMany(std::string_view sql, std::span<const std::vector<Value>> rows);
  /// Waits until everything sent is answered: the rows of the last statement, or the first failure.
  Result<std::vector<Row>> Collect();

  bool InTransaction() const { return PQtransactionStatus(handle_.get()) != PQTRANS_IDLE; }
  /// True once it cannot be used any more.
  bool lost() const { return lost_; }
  /// Whether the server has ended it while nobody used it. No round trip.
  bool EndedByServer();

 private:
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  template <typename T>
  using BySql = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  explicit PostgresConnection(std::string url) : url_(std::move(url)) {}
  Status Configure(Access access);
  Status SendParameters(std::string_view sql);
  Result<std::string> Prepare(std::string_view sql);
  /// The statement for many rows, made once; empty where there can be none.
  const std::string& Repeated(std::string_view sql, size_t parameters, size_t rows);
  Result<PGresult*> NextResult();
  Status AwaitServer();
  std::unexpected<Error> Lost(std::string detail);

  std::string url_;
  PostgresHandle handle_;
  bool lost_ = false;
  PostgresParameters parameters_;
  BySql<std::string> statements_;                  // the names of prepared statements
  std::map<size_t, BySql<std::string>> repeated_;  // by their number of rows
  std::deque<std::string> sent_;  // not yet answered: the SQL being prepared, or nothing
  size_t names_ = 0;
};

}  // namespace fairline
