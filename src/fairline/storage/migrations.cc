// Types are chosen to mean the same in SQLite and PostgreSQL: DOUBLE PRECISION holds all 64 bits in
// both, BIGINT all 64 bits, times are UTC text (core/clock.h) that sorts as it reads.
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
  id TEXT PRIMARY KEY,
  applicant_id TEXT NOT NULL,
  external_ref TEXT,
  product TEXT NOT NULL,
  loan_amount DECIMAL(10,2),
  amount_minor BIGINT,
  currency TEXT NOT NULL,
  features JSON NOT NULL,
  notes JSON NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE predictions (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications(id),
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
  id TEXT PRIMARY KEY,
  prediction_id TEXT NOT NULL REFERENCES predictions(id),
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'denied', 'manual_review')),
  decided_by TEXT NOT NULL,
  override INTEGER NOT NULL DEFAULT 0 CHECK (override IN (0, 1)),
  override_reason TEXT,
  policy JSON NOT NULL,
  created_at TEXT NOT NULL))sql",
        R"sql(
CREATE TABLE audit_log (
  id TEXT PRIMARY KEY,
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
  decision_id TEXT NOT NULL REFERENCES decisions(id),
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
  };
  return migrations;
}

}  // namespace

Status Migrate(Transaction& transaction) {
  FAIRLINE_TRY(
      transaction.Execute("CREATE TABLE IF NOT EXISTS schema_migrations "
                          "(version BIGINT PRIMARY KEY, applied_at TEXT NOT NULL)"));
  const auto rows =
      FAIRLINE_TRY(transaction.Query("SELECT COALESCE(MAX(version), 0) FROM schema_migrations"));
  const int64_t present = std::get<int64_t>(rows[0][0]);
  const int64_t latest = Migrations().back().version;
  if (present > latest) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("the database was written by a newer fairline (schema {}, this one "
                            "knows {}): use that version or a later one",
                            present, latest));
  }
  for (const Migration& migration : Migrations()) {
    if (migration.version <= present) continue;
    for (const std::string_view statement : migration.statements) {
      FAIRLINE_TRY(transaction.Execute(statement));
    }
    FAIRLINE_TRY(
        transaction.Execute("INSERT INTO schema_migrations (version, applied_at) VALUES ($1, $2)",
                            {migration.version, FormatTimestamp(SystemClock().NowMicros())}));
  }
  return {};
}

}  // namespace fairline
