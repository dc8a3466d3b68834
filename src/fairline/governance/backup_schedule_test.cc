// The schedule by its effects: a backup appears, or does not.
#include "fairline/governance/backup_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "fairline/governance/backup_test_store.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

size_t Backups(BackupTestStore& store) { return ListBackups(*store.backups)->size(); }

TEST(BackupScheduleTest, MakesTheFirstBackup) {
  BackupTestStore store(2);
  Metrics metrics;
  const BackupSchedule schedule(store.place(), store.live(), store.actor(), 15, metrics);
  EXPECT_TRUE(Eventually([&] { return Backups(store) == 1; }));
  EXPECT_TRUE(Eventually([&] {
    return metrics.Text().find("fairline_backup_age_seconds +Inf") == std::string::npos;
  }));
  EXPECT_THAT(metrics.Text(), HasSubstr("fairline_backup_failures_total 0"));
}

TEST(BackupScheduleTest, WaitsForTheInterval) {
  BackupTestStore store(2);
  const auto made = store.Create();
  Metrics metrics;
  const ManualClock almost(made->created_at_micros + int64_t{14} * 60 * 1'000'000);
  store.clock = &almost;
  {
    const BackupSchedule schedule(store.place(), store.live(), store.actor(), 15, metrics);
    EXPECT_TRUE(Eventually([&] {
      return metrics.Text().find("fairline_backup_age_seconds 840") != std::string::npos;
    }));
  }
  EXPECT_EQ(Backups(store), 1u);
  const ManualClock due(made->created_at_micros + int64_t{15} * 60 * 1'000'000);
  store.clock = &due;
  const BackupSchedule schedule(store.place(), store.live(), store.actor(), 15, metrics);
  EXPECT_TRUE(Eventually([&] { return Backups(store) == 2; }));
}

TEST(BackupScheduleTest, AFailureIsCounted) {
  BackupTestStore store(2);
  LiveStore live = store.live();
  live.database_url = "sqlite:///nowhere/at/all.db";
  Metrics metrics;
  const BackupSchedule schedule(store.place(), live, store.actor(), 15, metrics);
  EXPECT_TRUE(Eventually([&] {
    return metrics.Text().find("fairline_backup_failures_total 1") != std::string::npos;
  }));
  EXPECT_EQ(Backups(store), 0u);
}

}  // namespace
}  // namespace fairline
