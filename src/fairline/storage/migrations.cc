// Types are chosen to mean the same in SQLite and PostgreSQL: DOUBLE PRECISION holds all 64 bits in
// both, BIGINT all 64 bits, times are UTC text (core/clock.h) that sorts as it reads. Where the two
// must differ a step says <uuid>, <jsonb>, <blob>, <clustered> or <postgres>, see Dialect().
#include "fairline/storage/migrations.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

struct Migration {
  int64_t version;
  std::vector<std::string_view> statements;
};

const std::vector<Migration>& Migrations() {
  static const std::vector<Migration> migrations = {
      {1,
       {R"sql(
CREATE TABLE applications (
  id <uuid> PRIMARY KEY,
  applicant_id <uuid> NOT NULL,
  external_ref TEXT,
  product TEXT NOT NULL,
  loan_amount DECIMAL(10,2),
  amount_minor BIGINT,
  currency TEXT NOT NULL,
  features <jsonb> NOT NULL,
  notes JSON NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE predictions (
  id <uuid> PRIMARY KEY,
  application_id <uuid> NOT NULL REFERENCES applications(id),
  model_name TEXT NOT NULL,
  model_version BIGINT NOT NULL,
  bundle_digest TEXT NOT NULL,
  raw_score DOUBLE PRECISION NOT NULL,
  model_score DOUBLE PRECISION NOT NULL,
  pd DOUBLE PRECISION,
  probability_kind TEXT NOT NULL CHECK (probability_kind IN ('pd', 'model_score')),
  probability DOUBLE PRECISION NOT NULL,
  threshold DOUBLE PRECISION NOT NULL,
  risk_score TEXT NOT NULL CHECK (risk_score IN ('high_risk', 'low_risk')),
  confidence DECIMAL(5,4) NOT NULL,
  feature_importance JSON NOT NULL,
  reasons JSON NOT NULL,
  explanation TEXT NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE decisions (
  id <uuid> PRIMARY KEY,
  prediction_id <uuid> NOT NULL REFERENCES predictions(id),
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'denied', 'manual_review')),
  decided_by TEXT NOT NULL,
  override INTEGER NOT NULL DEFAULT 0 CHECK (override IN (0, 1)),
  override_reason TEXT,
  policy JSON NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE audit_log (
  id <uuid> PRIMARY KEY,
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  action TEXT NOT NULL,
  user_id TEXT NOT NULL,
  metadata JSON NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE idempotency_keys (
  key TEXT PRIMARY KEY,
  request_sha256 TEXT NOT NULL,
  decision_id <uuid> NOT NULL REFERENCES decisions(id),
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE registered_models (
  name TEXT PRIMARY KEY,
  product TEXT,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE model_versions (
  name TEXT NOT NULL REFERENCES registered_models(name),
  version BIGINT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('None', 'Staging', 'Production', 'Archived')),
  bundle_digest TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (name, version)))sql",
        "CREATE INDEX applications_by_external_ref ON applications(external_ref, product) "
        "WHERE external_ref IS NOT NULL",
        "CREATE INDEX predictions_by_application ON predictions(application_id)",
        "CREATE INDEX decisions_by_prediction ON decisions(prediction_id)",
        "CREATE INDEX decisions_by_time ON decisions(created_at)",
        "CREATE INDEX audit_log_by_entity ON audit_log(entity_type, entity_id)"}},
      // The record: applicants with their keys, sealed values, the ledger, outcomes, retention.
      {2,
       {R"sql(
CREATE TABLE data_keys (
  name TEXT PRIMARY KEY,
  wrapped <blob> NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE applicants (
  id <uuid> PRIMARY KEY,
  product TEXT NOT NULL,
  reference_index <blob>,
  sealed_reference <blob>,
  wrapped_key <blob>,
  created_at TEXT NOT NULL,
  erased_at TEXT))sql",
        "CREATE UNIQUE INDEX applicants_by_reference ON applicants(reference_index) "
        "WHERE reference_index IS NOT NULL",
        R"sql(
CREATE TABLE record_layouts (
  bundle_digest TEXT PRIMARY KEY,
  features JSON NOT NULL,
  attributions JSON NOT NULL))sql",
        "ALTER TABLE applications ADD COLUMN sealed <blob>",
        "ALTER TABLE predictions ADD COLUMN sealed <blob>",
        "CREATE INDEX applications_by_applicant ON applications(applicant_id)",
        "DROP INDEX decisions_by_time",
        "CREATE INDEX idempotency_keys_by_decision ON idempotency_keys(decision_id)",
        R"sql(
CREATE TABLE ledger_writers (
  id BIGINT PRIMARY KEY,
  next_seq BIGINT NOT NULL,
  head <blob> NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE ledger_events (
  writer BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  event_id <uuid> NOT NULL,
  commitment <blob> NOT NULL,
  chain <blob> NOT NULL,
  PRIMARY KEY (writer, seq)) <clustered>)sql",
        "CREATE UNIQUE INDEX ledger_events_by_id ON ledger_events(event_id)",
        R"sql(
CREATE TABLE audit_payloads (
  writer BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  salt <blob> NOT NULL,
  timestamp TEXT NOT NULL,
  user_id TEXT NOT NULL,
  action TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  metadata JSON NOT NULL,
  PRIMARY KEY (writer, seq)) <clustered>)sql",
        "CREATE INDEX audit_payloads_by_entity ON audit_payloads(entity_type, entity_id)",
        "ALTER TABLE audit_log RENAME TO audit_log_before_ledger",
        R"sql(
CREATE VIEW audit_log AS
SELECT e.event_id, p.timestamp, p.user_id, p.action, p.entity_type, p.entity_id, p.metadata
FROM audit_payloads p JOIN ledger_events e ON e.writer = p.writer AND e.seq = p.seq
UNION ALL
SELECT id, created_at, user_id, action, entity_type, entity_id, metadata
FROM audit_log_before_ledger)sql",
        R"sql(
CREATE TABLE ledger_ranges (
  first_index BIGINT PRIMARY KEY,
  writer BIGINT NOT NULL REFERENCES ledger_writers(id),
  first_seq BIGINT NOT NULL,
  count BIGINT NOT NULL,
  UNIQUE (writer, first_seq)))sql",
        R"sql(
CREATE TABLE ledger_tiles (
  level BIGINT NOT NULL,
  position BIGINT NOT NULL,
  hashes <blob> NOT NULL,
  PRIMARY KEY (level, position)))sql",
        R"sql(
CREATE TABLE ledger_checkpoints (
  tree_size BIGINT PRIMARY KEY,
  root <blob> NOT NULL,
  note TEXT NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  token BIGINT NOT NULL))sql",
        R"sql(
CREATE TABLE outcomes (
  id <uuid> PRIMARY KEY,
  decision_id <uuid> NOT NULL REFERENCES decisions(id),
  observed_on TEXT NOT NULL,
  defaulted INTEGER NOT NULL CHECK (defaulted IN (0, 1)),
  days_past_due BIGINT,
  loss_minor BIGINT,
  source TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (decision_id, observed_on)))sql",
        R"sql(
CREATE TABLE erasures (
  token <blob> PRIMARY KEY,
  erased_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE legal_holds (
  id <uuid> PRIMARY KEY,
  applicant_id <uuid>,
  reason TEXT NOT NULL,
  placed_by TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  released_by TEXT,
  released_at TEXT))sql"}},
      // Predictions are longer than the 2 KB from which PostgreSQL compresses a row and puts parts
      // of it into a second table. That costs more than all the rest of inserting it and saves
      // little: most of it is sealed.
      {3, {"<postgres>ALTER TABLE predictions SET (toast_tuple_target = 8160)"}},
  };
  return migrations;
}

// What stands for a marker of a step in each database; nothing where the statement is for the
// other.
std::string Dialect(std::string_view statement, DatabaseKind kind) {
  constexpr std::string_view kPostgresOnly = "<postgres>";
  if (statement.starts_with(kPostgresOnly)) {
    if (kind == DatabaseKind::kSqlite) return {};
    statement.remove_prefix(kPostgresOnly.size());
  }
  struct Marker {
    std::string_view name, sqlite, postgres;
  };
  static constexpr Marker kMarkers[] = {{"<uuid>", "TEXT", "UUID"},
                                        {"<jsonb>", "JSON", "JSONB"},
                                        {"<blob>", "BLOB", "BYTEA"},
                                        {"<clustered>", "WITHOUT ROWID", ""}};
  std::string text(statement);
  for (const Marker& marker : kMarkers) {
    const std::string_view with = kind == DatabaseKind::kSqlite ? marker.sqlite : marker.postgres;
    for (size_t at = text.find(marker.name); at != std::string::npos; at = text.find(marker.name)) {
      text.replace(at, marker.name.size(), with);
    }
  }
  return text;
}

// The last step applied, 0 for none. `reader` is a Database or a Transaction.
template <typename Reader>
Result<int64_t> PresentVersion(Reader& reader, DatabaseKind kind) {
  const auto tables = FAIRLINE_TRY(reader.Query(
      kind == DatabaseKind::kSqlite
          ? "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'"
          : "SELECT CASE WHEN to_regclass('schema_migrations') IS NULL THEN 0 ELSE 1 END"));
  if (std::get<int64_t>(tables[0][0]) == 0) return 0;
  const auto rows =
      FAIRLINE_TRY(reader.Query("SELECT COALESCE(MAX(version), 0) FROM schema_migrations"));
  return std::get<int64_t>(rows[0][0]);
}

Status RefuseNewer(int64_t present) {
  const int64_t latest = Migrations().back().version;
  if (present <= latest) return {};
  return Fail(ErrorCode::kUnsupported,
              fmt::format("the database was written by a newer fairline (schema {}, this one "
                          "knows {}): use that version or a later one",
                          present, latest));
}

Status Migrate(Transaction& transaction, DatabaseKind kind) {
  if (kind == DatabaseKind::kPostgres) {  // a step over large tables takes its time
    FAIRLINE_TRY(transaction.Execute("SET LOCAL statement_timeout = 0"));
  }
  FAIRLINE_TRY(
      transaction.Execute("CREATE TABLE IF NOT EXISTS schema_migrations "
                          "(version BIGINT PRIMARY KEY, applied_at TEXT NOT NULL)"));
  const int64_t present = FAIRLINE_TRY(PresentVersion(transaction, kind));
  FAIRLINE_TRY(RefuseNewer(present));  // one that started at the same time may be newer
  for (const Migration& migration : Migrations()) {
    if (migration.version <= present) continue;
    for (const std::string_view statement : migration.statements) {
      const std::string sql = Dialect(statement, kind);
      if (!sql.empty()) FAIRLINE_TRY(transaction.Execute(sql));
    }
    FAIRLINE_TRY(
        transaction.Execute("INSERT INTO schema_migrations (version, applied_at) VALUES ($1, $2)",
                            {migration.version, FormatTimestamp(SystemClock().NowMicros())}));
  }
  return {};
}

}  // namespace

Status BringUpToDate(Database& database) {
  const int64_t present = FAIRLINE_TRY(PresentVersion(database, database.kind()));
  FAIRLINE_TRY(RefuseNewer(present));
  if (present == Migrations().back().version) return {};
  return database.Write(
      [&](Transaction& transaction) { return Migrate(transaction, database.kind()); });
}

}  // namespace fairline
