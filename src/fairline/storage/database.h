// The database behind everything that is recorded. SQLite here (WAL, synchronous=FULL); statements
// keep to what PostgreSQL also understands, parameters are written $1, $2, … in order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

/// NULL, INTEGER, REAL or TEXT.
using Value = std::variant<std::monostate, int64_t, double, std::string>;
using Row = std::vector<Value>;

/// One write transaction; see Database::Write.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual Status Execute(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
  virtual Result<std::vector<Row>> Query(std::string_view sql,
                                         const std::vector<Value>& parameters = {}) = 0;
};

class Database {
 public:
  virtual ~Database() = default;

  /// Reads the committed state. Thread-safe.
  virtual Result<std::vector<Row>> Query(std::string_view sql,
                                         const std::vector<Value>& parameters = {}) = 0;
  /// Runs `work` in one write transaction: committed and durable when this returns success, rolled
  /// back whole when `work` or the commit fails. Thread-safe; writers take turns.
  virtual Status Write(const std::function<Status(Transaction&)>& work) = 0;
};

/// Opens or creates the file, brings its schema up to date (storage/migrations.cc) and refuses one
/// written by a newer program. kUnavailable when the folder cannot be written.
Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& file);

}  // namespace fairline
