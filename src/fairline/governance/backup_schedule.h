// `fairline serve` backs up by itself. Nothing has to be agreed between replicas: each looks at the
// location, and whoever first finds the newest backup too old makes the next one.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "fairline/core/config.h"
#include "fairline/core/metrics.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/backup.h"

namespace fairline {

class BackupSchedule {
 public:
  /// References, those inside the arguments too, outlive the schedule. Looks at once and then every
  /// minute, on a thread of its own. Failures are logged, counted and tried again. PostgreSQL
  /// with an archived log gets a base backup a day: the log is what keeps its loss small.
  BackupSchedule(BackupPlace place, LiveStore live, BackupActor actor, int64_t interval_minutes,
                 Metrics& metrics, std::unique_ptr<ObjectStore> opened = nullptr);
  /// The schedule of the settings over an open store, which outlives it; none when backup.location
  /// is empty or backup.interval_minutes is 0.
  static Result<std::unique_ptr<BackupSchedule>> Start(const Config& config, Store& store,
                                                       std::string_view program_version,
                                                       Metrics& metrics);
  /// Stops a backup that is being made.
  ~BackupSchedule();

 private:
  void Run(const std::stop_token& stop);
  Status Look(const std::stop_token& stop);
  Result<bool> IsDue();

  std::unique_ptr<ObjectStore> opened_;  // by Start()
  const BackupPlace place_;
  const LiveStore live_;
  const BackupActor actor_;
  const int64_t interval_micros_;
  prometheus::Gauge& age_seconds_;
  prometheus::Counter& failures_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace fairline
