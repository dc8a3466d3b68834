// The database behind everything that is recorded: one SQLite file or a PostgreSQL server, chosen
// by a URL. Statements keep to what both understand; parameters are written $1, $2, … in order.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"

namespace fairline {

/// Bytes that are no text: digests, sealed values.
struct Blob {
  std::string bytes;
  auto operator<=>(const Blob&) const = default;
};

/// NULL, INTEGER, REAL, TEXT or bytes. PostgreSQL's NUMERIC reads as double, its BOOLEAN as 0 or 1,
/// its UUID, JSON and JSONB as text. Doubles come back with the same bits, except that SQLite's
/// zero has no sign. PostgreSQL refuses text with a zero character.
using Value = std::variant<std::monostate, int64_t, double, std::string, Blob>;
using Row = std::vector<Value>;

/// One write transaction; see Database::Write.
class Transaction {
 public:
  virtual ~Transaction() = default;
  /// PostgreSQL runs statements in a pipeline: the failure of one may be reported by a later call
  /// of the transaction or by its commit. After a failure the transaction can only fail, whatever
  /// the caller makes of it; nothing of it is stored.
  virtual Status Execute(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
  /// The same statement, an INSERT … VALUES ($1, …), once per element, in order.
  virtual Status ExecuteMany(std::string_view sql, std::span<const std::vector<Value>> rows) = 0;
  virtual Result<std::vector<Row>> Query(std::string_view sql,
                                         const std::vector<Value>& parameters = {}) = 0;
};

/// Whether a transaction shares the database with other writing transactions. SQLite has one writer
/// at any time, so there both mean the same.
enum class Turn {
  kAlone,   // every other kAlone transaction, of any process, is before or after this one
  kBeside,  // runs beside others; the work must be right under READ COMMITTED
};

enum class DatabaseKind { kSqlite, kPostgres };

class Database {
 public:
  virtual ~Database() = default;

  virtual DatabaseKind kind() const = 0;
  /// Reads the committed state. Thread-safe.
  virtual Result<std::vector<Row>> Query(std::string_view sql,
                                         const std::vector<Value>& parameters = {}) = 0;
  /// Runs `work` in one write transaction: committed and durable when this returns success, rolled
  /// back whole when `work` or the commit fails. Thread-safe. `work` may be run again, after its
  /// transaction was rolled back to resolve a deadlock (kBeside). kUnavailable when the database
  /// cannot be reached or gives no sign of life (limits::kDatabasePatienceMillis), when a lock is
  /// not had in 10 s, or when the disk is full: a commit whose answer was lost may still have
  /// happened.
  virtual Status Write(const std::function<Status(Transaction&)>& work,
                       Turn turn = Turn::kAlone) = 0;
  /// Clears away what earlier transactions deleted or overwrote in these tables and the database
  /// still keeps aside: SQLite's log, PostgreSQL's dead rows. Not needed for anything but secrecy.
  /// kUnavailable when another program reads an older state of SQLite's file for longer than 10 s;
  /// the log then goes later by itself. PostgreSQL leaves in silence what such a reader may need.
  virtual Status PurgeDeleted(std::span<const std::string_view> tables) = 0;
};

/// Opens what the URL names and brings its schema up to date (storage/migrations.cc):
///   sqlite:///var/lib/fairline/fairline.db   (sqlite:relative/path for a relative one)
///   postgresql://user:password@host:5432/name?sslmode=verify-full&sslrootcert=…  (libpq's URLs)
/// kInvalidArgument for another URL, kUnsupported for a schema of a newer program, kUnavailable
/// when it cannot be opened. `metrics`, when given, receives the figures of checkpoints and
/// connections and outlives the database.
Result<std::unique_ptr<Database>> OpenDatabase(std::string_view url, Metrics* metrics = nullptr);

/// The same for one SQLite file.
Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& file,
                                             Metrics* metrics = nullptr);

}  // namespace fairline
