// How the database and its log grow under load.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <cstdint>
#include <string>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline::bench {

class LogMeter {
 public:
  /// The database must report to these metrics.
  LogMeter(Database& database, Metrics& metrics);

  /// Several times a second, since SQLite's log starts over: growth across a start is left out.
  Status Sample();

  int64_t commits() const { return commits_; }
  /// Of the log, over the samples lately; 0 while nothing is known.
  double bytes_per_commit() const {
    return lately_commits_ > 0 ? lately_bytes_ / lately_commits_ : 0;
  }
  double log_bytes_per_decision() const { return decisions_ > 0 ? bytes_ / decisions_ : 0; }
  /// The longest that SQLite's log was; 0 for PostgreSQL, which keeps its own limits.
  double max_log_bytes() const { return max_log_bytes_; }

  Result<int64_t> DatabaseBytes();

 private:
  Result<double> LogPosition();

  Database& database_;
  prometheus::Gauge& log_bytes_;
  prometheus::Counter& committed_;
  prometheus::Histogram& durations_;

  double position_ = 0, stored_ = 0, max_log_bytes_ = 0;
  int64_t commits_ = 0;
  double bytes_ = 0, decisions_ = 0;
  double lately_bytes_ = 0, lately_commits_ = 0;
};

}  // namespace fairline::bench
