// The product's own metrics, found by name, and what PostgreSQL says about itself.
#include "writer/log_meter.h"

#include <algorithm>

namespace fairline::bench {
namespace {

// A sample counts half after ten more.
constexpr double kFading = 0.933;

}  // namespace

LogMeter::LogMeter(Database& database, Metrics& metrics)
    : database_(database),
      log_bytes_(metrics.Gauge("fairline_wal_bytes", "")),
      committed_(metrics.Counter("fairline_decisions_committed_total", "")),
      durations_(metrics.Histogram("fairline_commit_duration_seconds", "", LatencyBounds())) {}

Status LogMeter::Sample() {
  const double position = FAIRLINE_TRY(LogPosition());
  const double stored = committed_.Value();
  const auto commits = static_cast<int64_t>(durations_.Collect().histogram.sample_count);
  if (commits_ > 0 && position > position_) {
    bytes_ += position - position_;
    decisions_ += stored - stored_;
    lately_bytes_ = kFading * lately_bytes_ + position - position_;
    lately_commits_ = kFading * lately_commits_ + static_cast<double>(commits - commits_);
  }
  position_ = position;
  stored_ = stored;
  commits_ = commits;
  return {};
}

Result<double> LogMeter::LogPosition() {
  if (database_.kind() == DatabaseKind::kPostgres) {
    const auto rows =
        FAIRLINE_TRY(database_.Query("SELECT CAST(pg_current_wal_lsn() - '0/0' AS FLOAT8)"));
    return std::get<double>(rows[0][0]);
  }
  max_log_bytes_ = std::max(max_log_bytes_, log_bytes_.Value());
  return log_bytes_.Value();
}

Result<int64_t> LogMeter::DatabaseBytes() {
  const auto rows = FAIRLINE_TRY(database_.Query(
      database_.kind() == DatabaseKind::kPostgres
          ? "SELECT pg_database_size(current_database())"
          : "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"));
  return std::get<int64_t>(rows[0][0]);
}

}  // namespace fairline::bench
