// See backup_schedule.h.
#include "fairline/governance/backup_schedule.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "fairline/core/log.h"
#include "fairline/governance/backup_wal.h"

namespace fairline {
namespace {

constexpr auto kPeriod = std::chrono::seconds(60);
constexpr int64_t kMicrosPerMinute = 60'000'000;
constexpr int64_t kBaseBackupMicros = 24 * 60 * kMicrosPerMinute;

}  // namespace

BackupSchedule::BackupSchedule(BackupPlace place, LiveStore live, BackupActor actor,
                               int64_t interval_minutes, Metrics& metrics,
                               std::unique_ptr<ObjectStore> opened)
    : opened_(std::move(opened)),
      place_(std::move(place)),
      live_(std::move(live)),
      actor_(std::move(actor)),
      interval_micros_(interval_minutes * kMicrosPerMinute),
      age_seconds_(metrics.Gauge(
          "fairline_backup_age_seconds",
          "What would be lost if the database were gone now: time since the newest backup or "
          "archived segment; infinite when there is none.")),
      failures_(metrics.Counter("fairline_backup_failures_total", "Backups that failed.")) {
  age_seconds_.Set(std::numeric_limits<double>::infinity());
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Result<std::unique_ptr<BackupSchedule>> BackupSchedule::Start(const Config& config, Store& store,
                                                              std::string_view program_version,
                                                              Metrics& metrics) {
  const std::string location = config.String("backup.location");
  const int64_t interval_minutes = config.Integer("backup.interval_minutes");
  if (interval_minutes < 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "backup.interval_minutes: minutes between backups, or 0 for none");
  }
  if (location.empty() || interval_minutes == 0) return nullptr;
  auto opened = FAIRLINE_TRY(OpenObjectStore(location));
  ObjectStore& backups = *opened;
  Keyring& keyring = *FAIRLINE_TRY(store.OpenKeyring());
  return std::make_unique<BackupSchedule>(
      BackupPlace{location, backups, keyring},
      LiveStore{DatabaseUrl(config), store.database(), ObjectsUrl(config), store.objects()},
      BackupActor{"system", std::string(program_version), SystemClock(), store.ids()},
      interval_minutes, metrics, std::move(opened));
}

BackupSchedule::~BackupSchedule() {
  thread_.request_stop();
  thread_.join();
}

void BackupSchedule::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    // A conflict is another backup, made by hand.
    if (Status looked = Look(stop); !looked && looked.error().code != ErrorCode::kCancelled &&
                                    looked.error().code != ErrorCode::kConflict) {
      failures_.Increment();
      LogError("backup.failed", looked.error());
    }
    wake_.wait_for(lock, stop, kPeriod, [] { return false; });
  }
}

Status BackupSchedule::Look(const std::stop_token& stop) {
  if (!FAIRLINE_TRY(IsDue())) return {};
  const int64_t start = actor_.clock.MonotonicMicros();
  const BackupManifest made =
      FAIRLINE_TRY(CreateBackup(place_, live_, actor_, [&stop] { return stop.stop_requested(); }));
  const double seconds = static_cast<double>(actor_.clock.MonotonicMicros() - start) / 1e6;
  age_seconds_.Set(seconds);
  LogInfo("backup.created", {{"backup_id", made.id},
                             {"bytes", made.database_bytes},
                             {"decisions", made.facts.decisions},
                             {"seconds", seconds}});
  return {};
}

Result<bool> BackupSchedule::IsDue() {
  const auto newest = NewestBackup(place_.store, place_.keyring);
  if (!newest && newest.error().code == ErrorCode::kNotFound) return true;
  if (!newest && newest.error().code == ErrorCode::kDataLoss) return true;
  if (!newest) return std::unexpected(newest.error());
  const int64_t now = actor_.clock.NowMicros();
  const int64_t backup_age = now - newest->created_at_micros;
  int64_t age = backup_age;
  if (live_.database.kind() == DatabaseKind::kPostgres) {
    const auto archived = FAIRLINE_TRY(NewestWalMicros(place_.store));
    if (archived) age = std::min(age, now - *archived);
  }
  age_seconds_.Set(static_cast<double>(std::max<int64_t>(0, age)) / 1e6);
  // A log that goes on being archived is younger than the interval.
  return backup_age >= interval_micros_ &&
         (age >= interval_micros_ || backup_age >= kBaseBackupMicros);
}

}  // namespace fairline
